/** Drawing open lines: each click sets a point, Enter or a double click ends; points and midpoints can be dragged. */
import type { Polyline } from '../../../../web/src/generated/types'
import {
  boundsAt,
  boundsOf,
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
import { say } from '../../../../web/src/lib/language.svelte'

const SAME_PLACE = 2, // screen pixels
  ROOM_FOR_MIDDLE = 28 // screen pixels of a segment that offers its midpoint

const pointsOf = (geometry: Geometry): XY[] => geometry['points'] as XY[]
const asPoint = ([x, y]: XY): Point => ({ x, y })

function line(points: readonly XY[]): Geometry {
  const value: { readonly [Name in keyof Pick<Polyline, 'points'>]: unknown } = { points }
  return { ...value }
}

const hasLength = (points: readonly XY[]): boolean => {
  const { w, h } = boundsOf(points)
  return points.length >= 2 && w + h > 0
}

function handles(geometry: Geometry, scale: number): Handle[] {
  const points = pointsOf(geometry)
  const ends = points.map((at, index): Handle => ({ part: 'vertex', ring: 0, index, at: asPoint(at), cursor: 'move' }))
  const middles = points.slice(1).flatMap((b, index): Handle[] => {
    const a = points[index] ?? b
    if (distance(asPoint(a), asPoint(b)) * scale < ROOM_FOR_MIDDLE) return []
    const at = { x: (a[0] + b[0]) / 2, y: (a[1] + b[1]) / 2 }
    return [{ part: 'middle', ring: 0, index, at, cursor: 'copy' }]
  })
  return [...ends, ...middles]
}

/** Nothing happens where the line would lose its length. */
function reshape(geometry: Geometry, grip: Grip, from: Point, to: Point, frame: Frame): Geometry {
  const points = pointsOf(geometry)
  if (grip.part === 'body') {
    const by = shiftInside(boundsOf(points), from, to, frame)
    return line(points.map(([x, y]) => roundedInside(x + by.x, y + by.y, frame)))
  }
  const at = roundedInside(to.x, to.y, frame)
  const after = grip.part === 'middle' ? points.toSpliced(grip.index + 1, 0, at) : points.with(grip.index, at)
  return line(hasLength(after) ? after : points)
}

function without(geometry: Geometry, grip: Grip): Geometry | null {
  const after = grip.part === 'vertex' ? pointsOf(geometry).toSpliced(grip.index, 1) : []
  return hasLength(after) ? line(after) : null
}

function draw(drawing: OpenDrawing, input: DrawInput): Drawing {
  const fixed = drawing.sketch ? pointsOf(drawing.sketch) : []
  switch (input.type) {
    case 'enter':
    case 'double':
      return hasLength(fixed) ? { phase: 'done', geometry: line(fixed) } : drawing
    case 'cancel':
      return { phase: 'dropped' }
    case 'back':
      return fixed.length > 1 ? following(fixed.slice(0, -1), input) : { phase: 'dropped' }
    case 'down':
      return pressed(fixed, input, drawing.sketch)
    case 'move':
    case 'up':
      return fixed.length ? following(fixed, input, drawing.sketch) : drawing
    case 'mark':
      return drawing
  }
}

/** The second press of a double click falls on the point just set. */
function pressed(fixed: XY[], input: DrawInput, sketch: Geometry | null): Drawing {
  const last = fixed.at(-1)
  if (last && distance(asPoint(last), input.at) * input.scale <= SAME_PLACE) return following(fixed, input, sketch)
  return following([...fixed, [round(input.at.x), round(input.at.y)]], input)
}

function following(fixed: XY[], { at }: DrawInput, sketch: Geometry | null = line(fixed)): OpenDrawing {
  const shown = line([...fixed, [round(at.x), round(at.y)]])
  return { phase: 'open', sketch, shown, from: null, closing: false }
}

/** Across, with a point in its middle. */
function place(centre: Point, size_px: number, frame: Frame): Geometry {
  const { x, y, w, h } = boundsAt(centre, size_px, frame)
  const middle = y + h / 2
  return line([x, x + w / 2, x + w].map((at) => roundedInside(at, middle, frame)))
}

const tool: DrawnTool = {
  kind: 'polyline',
  surface: 'image',
  key: 'n',
  title: 'Polyline',
  icon: 'M3 15l4-8 5 5 5-8',
  rings: () => [],
  lines: (geometry) => [pointsOf(geometry)],
  handles,
  reshape,
  without,
  ofLine: (points) => (hasLength(points) ? line(points) : null),
  draw,
  fixed: pointsOf,
  place,
  summary: (object) => say('kind.polyline.points', { count: pointsOf(object).length }),
}
export default tool
