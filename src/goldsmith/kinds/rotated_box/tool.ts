/** Drawing turned boxes: one side by two clicks or a drag, then how far the box goes across it. */
import { boundsAt, distance, round, type Frame, type Point, type XY } from '../../../../web/src/canvas/geometry'
import type { DrawInput, DrawnTool, Drawing, Geometry, OpenDrawing } from '../../../../web/src/canvas/tool'
import {
  angleTo,
  cornerHandles,
  cornersOf,
  grownBy,
  readTurned,
  reshaped,
  sideHandles,
  sizeOf,
  turnHandle,
  turnedBy,
  type Turned,
} from '../../../../web/src/canvas/turned'

const SMALLEST_DRAWN = 3, // screen pixels; a shorter drag is a click
  STRAIGHT = 15 // degrees between the angles that Shift keeps to

const pointsOf = (sketch: Geometry | null): XY[] => (sketch?.['points'] as XY[] | undefined) ?? []
const asPoint = ([x, y]: XY): Point => ({ x, y })
/** An unfinished box is its first side, as wide as the pointer is off it. */
const read = (geometry: Geometry): Turned =>
  'points' in geometry ? onSide(pointsOf(geometry), null) : readTurned(geometry)

/** The box on a side, as high as `at` lies off that side. */
function onSide([first = [0, 0], second = first]: XY[], at: Point | null): Turned {
  const [a, b] = [asPoint(first), asPoint(second)]
  const angle_deg = angleTo(a, b)
  const way = (angle_deg * Math.PI) / 180
  const off = at ? (at.y - a.y) * Math.cos(way) - (at.x - a.x) * Math.sin(way) : 0
  return {
    centre_x_px: (a.x + b.x) / 2 - (Math.sin(way) * off) / 2,
    centre_y_px: (a.y + b.y) / 2 + (Math.cos(way) * off) / 2,
    width_px: distance(a, b),
    height_px: Math.abs(off),
    angle_deg: (angle_deg + 360) % 360,
  }
}

/** With Shift the side lies at a round angle. */
function endOf(first: XY, { at, shift }: DrawInput): XY {
  const from = asPoint(first)
  if (!shift) return [round(at.x), round(at.y)]
  const way = (Math.round(angleTo(from, at) / STRAIGHT) * STRAIGHT * Math.PI) / 180
  const length = distance(from, at)
  return [round(from.x + length * Math.cos(way)), round(from.y + length * Math.sin(way))]
}

function draw(drawing: OpenDrawing, input: DrawInput): Drawing {
  const points = pointsOf(drawing.sketch)
  const [first] = points
  switch (input.type) {
    case 'cancel':
    case 'back':
      return points.length > 1 ? following(points.slice(0, -1), input) : { phase: 'dropped' }
    case 'down':
    case 'up':
    case 'enter':
      if (!first) return input.type === 'down' ? following([[round(input.at.x), round(input.at.y)]], input) : drawing
      if (points.length === 1) return sideEnded(first, input, drawing.sketch)
      return input.type === 'up' ? following(points, input, drawing.sketch) : across(points, input, drawing.sketch)
    case 'move':
      return first ? following(points, input, drawing.sketch) : drawing
    case 'double':
    case 'mark':
      return drawing
  }
}

function sideEnded(first: XY, input: DrawInput, sketch: Geometry | null): OpenDrawing {
  const end = endOf(first, input)
  const isLong = distance(asPoint(first), asPoint(end)) * input.scale >= SMALLEST_DRAWN
  return isLong ? following([first, end], input) : following([first], input, sketch)
}

function across(points: XY[], input: DrawInput, sketch: Geometry | null): Drawing {
  const box = onSide(points, input.at)
  if (box.height_px * input.scale < SMALLEST_DRAWN) return following(points, input, sketch)
  const anywhere = { width_px: Infinity, height_px: Infinity }
  const done = reshaped(box, { part: 'body', ring: 0, index: 0 }, input.at, input.at, anywhere)
  return { phase: 'done', geometry: done }
}

function following(points: XY[], input: DrawInput, sketch: Geometry | null = { points }): OpenDrawing {
  const [first = [0, 0]] = points
  const shown = points.length > 1 ? onSide(points, input.at) : onSide([first, endOf(first, input)], null)
  return { phase: 'open', sketch, shown: { ...shown }, from: null, closing: false }
}

function place(centre: Point, size_px: number, frame: Frame): Geometry {
  const { x, y, w, h } = boundsAt(centre, size_px, frame)
  const box: Turned = {
    centre_x_px: round(x + w / 2),
    centre_y_px: round(y + h / 2),
    width_px: round(w),
    height_px: round(h / 2),
    angle_deg: 0,
  }
  return { ...box }
}

const tool: DrawnTool = {
  kind: 'rotated_box',
  surface: 'image',
  key: 'Shift+R',
  title: 'Rotated box',
  icon: 'M9 3l8 5-6 9-8-5z',
  rings: (geometry) => [cornersOf(read(geometry))],
  handles: (geometry, scale) => [
    ...cornerHandles(read(geometry)),
    ...sideHandles(read(geometry)),
    turnHandle(read(geometry), scale),
  ],
  reshape: (geometry, grip, from, to, frame) => reshaped(read(geometry), grip, from, to, frame),
  grow: grownBy,
  turn: turnedBy,
  draw,
  fixed: pointsOf,
  place,
  summary: sizeOf,
}
export default tool
