/** Drawing ellipses: by a drag or two clicks from corner to corner of what they fill; then turned. */
import {
  boundsAt,
  boundsOf,
  centreOf,
  distance,
  round,
  type Bounds,
  type Frame,
  type Point,
  type XY,
} from '../../../../web/src/canvas/geometry'
import type { DrawInput, DrawnTool, Drawing, Geometry, Grip, Handle, OpenDrawing } from '../../../../web/src/canvas/tool'
import {
  grownBy,
  placedAt,
  readTurned,
  reshaped,
  sideHandles,
  sizeOf,
  turnHandle,
  turnedBy,
  type Turned,
} from '../../../../web/src/canvas/turned'

const CORNERS = 96,
  SMALLEST_DRAWN = 3 // screen pixels; a shorter drag is a click

function filling(bounds: Bounds): Geometry {
  const { x, y } = centreOf(bounds)
  const value: Turned = {
    centre_x_px: round(x),
    centre_y_px: round(y),
    width_px: round(bounds.w),
    height_px: round(bounds.h),
    angle_deg: 0,
  }
  return { ...value }
}

function ring(geometry: Geometry): XY[] {
  const t = readTurned(geometry)
  const angles = Array.from({ length: CORNERS }, (_, i) => (2 * Math.PI * i) / CORNERS)
  return angles.map((a) => placedAt(t, (t.width_px / 2) * Math.cos(a), (t.height_px / 2) * Math.sin(a)))
}

/** The ends of the axes, which are moved one by one as the sides of a box are. */
const handles = (geometry: Geometry, scale: number): Handle[] => [
  ...sideHandles(readTurned(geometry)).map((handle): Handle => ({ ...handle, part: 'vertex' })),
  turnHandle(readTurned(geometry), scale),
]

function reshape(geometry: Geometry, grip: Grip, from: Point, to: Point, frame: Frame): Geometry {
  const held: Grip = grip.part === 'vertex' ? { ...grip, part: 'edge' } : grip
  return reshaped(readTurned(geometry), held, from, to, frame)
}

function draw(drawing: OpenDrawing, input: DrawInput): Drawing {
  const { from } = drawing
  if (input.type === 'back' || input.type === 'cancel' || input.type === 'double') return { phase: 'dropped' }
  if (!from) return input.type === 'down' ? { ...drawing, from: input.at } : drawing
  const to = input.shift ? squared(from, input.at) : input.at
  const bounds = boundsOf([
    [from.x, from.y],
    [to.x, to.y],
  ])
  const isDrawn = Math.min(bounds.w, bounds.h) * input.scale >= SMALLEST_DRAWN
  if (isDrawn && (input.type === 'up' || input.type === 'enter')) return { phase: 'done', geometry: filling(bounds) }
  return { ...drawing, shown: distance(from, to) > 0 ? filling(bounds) : null, closing: isDrawn }
}

function squared(from: Point, to: Point): Point {
  const side = Math.min(Math.abs(to.x - from.x), Math.abs(to.y - from.y))
  return { x: from.x + Math.sign(to.x - from.x) * side, y: from.y + Math.sign(to.y - from.y) * side }
}

const tool: DrawnTool = {
  kind: 'ellipse',
  surface: 'image',
  key: 'i',
  title: 'Ellipse',
  icon: 'M10 5c4.200 0 7.500 2.200 7.500 5s-3.300 5-7.500 5-7.500-2.200-7.500-5S5.800 5 10 5z',
  rings: (geometry) => [ring(geometry)],
  handles,
  reshape,
  grow: grownBy,
  turn: turnedBy,
  draw,
  fixed: () => [],
  place: (centre, size_px, frame) => filling(boundsAt(centre, size_px, frame)),
  summary: sizeOf,
}
export default tool
