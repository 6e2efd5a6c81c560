/** Drawing and editing boxes: by a drag, two clicks or four points; eight handles, of which a side moves alone. */
import type { Box } from '../../../../web/src/generated/types'
import {
  boundsAt,
  clamp,
  distance,
  round,
  roundedInside,
  shiftInside,
  type Frame,
  type Point,
  type XY,
} from '../../../../web/src/canvas/geometry'
import type {
  DrawInput,
  DrawnTool,
  Drawing,
  Geometry,
  Grip,
  Handle,
  OpenDrawing,
} from '../../../../web/src/canvas/tool'
import { boxAround, drawByExtremes, extremesOf } from './extremes'

type Rectangle = Pick<Box, 'x_px' | 'y_px' | 'width_px' | 'height_px'>
const SMALLEST_DRAWN = 3 // screen pixels; a shorter drag is a click

/** An unfinished box of extreme points is as large as they are apart. */
const read = (geometry: Geometry) =>
  ('points' in geometry ? boxAround(extremesOf(geometry)) : geometry) as unknown as Rectangle

function between(a: Point, b: Point): Geometry {
  const x = round(Math.min(a.x, b.x)),
    y = round(Math.min(a.y, b.y))
  const box: Rectangle = {
    x_px: x,
    y_px: y,
    width_px: round(Math.max(a.x, b.x) - x),
    height_px: round(Math.max(a.y, b.y) - y),
  }
  return { ...box }
}

/** Clockwise from the top left; edge i goes from corner i to the next, so edge 0 is the top. */
function corners({ x_px: x, y_px: y, width_px: w, height_px: h }: Rectangle): XY[] {
  return [
    [x, y],
    [x + w, y],
    [x + w, y + h],
    [x, y + h],
  ]
}

function handles(geometry: Geometry): Handle[] {
  const points = corners(read(geometry))
  const diagonal = ['nwse-resize', 'nesw-resize'],
    straight = ['ns-resize', 'ew-resize']
  const ends = points.map(([x, y], index): Handle => ({
    part: 'vertex',
    ring: 0,
    index,
    at: { x, y },
    cursor: diagonal[index % 2] ?? '',
  }))
  const sides = points.map(([x, y], index): Handle => {
    const [u, v] = points[(index + 1) % 4] ?? [x, y]
    return { part: 'edge', ring: 0, index, at: { x: (x + u) / 2, y: (y + v) / 2 }, cursor: straight[index % 2] ?? '' }
  })
  return [...ends, ...sides]
}

function reshape(geometry: Geometry, grip: Grip, from: Point, to: Point, frame: Frame): Geometry {
  const box = read(geometry)
  const dx = to.x - from.x,
    dy = to.y - from.y
  if (grip.part === 'body') {
    const { x_px: x, y_px: y, width_px, height_px } = box
    const by = shiftInside({ x, y, w: width_px, h: height_px }, from, to, frame)
    const room = { width_px: frame.width_px - width_px, height_px: frame.height_px - height_px }
    const [x_px, y_px] = roundedInside(x + by.x, y + by.y, room)
    return { x_px, y_px, width_px, height_px }
  }
  const moves = grip.part === 'edge' ? [grip.index] : [grip.index, (grip.index + 3) % 4]
  return withSides(box, moves, dx, dy, frame)
}

/** The box with the named sides (0 top, 1 right, 2 bottom, 3 left) moved; one pulled over the other changes places. */
function withSides(box: Rectangle, moves: number[], dx: number, dy: number, frame: Frame): Geometry {
  let left = box.x_px,
    top = box.y_px,
    right = left + box.width_px,
    bottom = top + box.height_px
  if (moves.includes(0)) top = apart(clamp(top + dy, 0, frame.height_px), bottom, frame.height_px)
  if (moves.includes(2)) bottom = apart(clamp(bottom + dy, 0, frame.height_px), top, frame.height_px)
  if (moves.includes(3)) left = apart(clamp(left + dx, 0, frame.width_px), right, frame.width_px)
  if (moves.includes(1)) right = apart(clamp(right + dx, 0, frame.width_px), left, frame.width_px)
  return between({ x: left, y: top }, { x: right, y: bottom })
}

/** `side` kept a pixel away from `other`, so that a box never loses its area. */
function apart(side: number, other: number, limit: number): number {
  if (Math.abs(side - other) >= 1) return side
  return side < other || other + 1 > limit ? other - 1 : other + 1
}

function grow(geometry: Geometry, dx: number, dy: number, frame: Frame): Geometry {
  const box = read(geometry)
  const width = clamp(box.width_px + dx, 1, frame.width_px - box.x_px),
    height = clamp(box.height_px + dy, 1, frame.height_px - box.y_px)
  return { x_px: box.x_px, y_px: box.y_px, width_px: round(width), height_px: round(height) }
}

/** A press, a drag, a release; or a click, then a click at the other corner. Shift makes a square. */
function draw(drawing: OpenDrawing, input: DrawInput): Drawing {
  if (drawing.sketch || (input.option && !drawing.from)) return drawByExtremes(drawing, input)
  if (input.type === 'back' || input.type === 'double' || input.type === 'cancel') return { phase: 'dropped' }
  const from = drawing.from
  if (!from) return input.type === 'down' ? { ...drawing, from: input.at } : drawing
  const to = input.shift ? squared(from, input.at) : input.at
  const shown = between(from, to)
  const isDrawn = Math.min(Math.abs(to.x - from.x), Math.abs(to.y - from.y)) * input.scale >= SMALLEST_DRAWN
  if ((input.type === 'up' || input.type === 'enter') && isDrawn) return { phase: 'done', geometry: shown }
  return { ...drawing, shown: distance(from, to) > 0 ? shown : null, closing: isDrawn }
}

function squared(from: Point, to: Point): Point {
  const side = Math.min(Math.abs(to.x - from.x), Math.abs(to.y - from.y))
  return { x: from.x + Math.sign(to.x - from.x) * side, y: from.y + Math.sign(to.y - from.y) * side }
}

function place(centre: Point, size_px: number, frame: Frame): Geometry {
  const { x, y, w, h } = boundsAt(centre, size_px, frame)
  return between({ x, y }, { x: x + w, y: y + h })
}

const tool: DrawnTool = {
  kind: 'box',
  surface: 'image',
  key: 'r',
  title: 'Box',
  icon: 'M3.5 5h13v10h-13z',
  option: {
    key: 'Shift+X',
    title: 'Boxes by four extreme points',
    icon: 'M4 6h12v9H4zM8 4.5v3M14.500 9h3M11 13.500v3M2.500 12h3',
  },
  rings: (geometry) => [corners(read(geometry))],
  handles,
  reshape,
  grow,
  draw,
  fixed: extremesOf,
  place,
  summary: (object) => `${Math.round(read(object).width_px)} × ${Math.round(read(object).height_px)}`,
}
export default tool
