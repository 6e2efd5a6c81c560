/** Setting points: one press each; the one just set can be dragged, so that a double click sets one only. */
import type { Point as PointValue } from '../../../../web/src/generated/types'
import { inFrame, round, type Frame, type Point } from '../../../../web/src/canvas/geometry'
import type { DrawInput, DrawnTool, Drawing, Geometry, Grip, OpenDrawing } from '../../../../web/src/canvas/tool'

type Place = Pick<PointValue, 'x_px' | 'y_px'>

const read = (geometry: Geometry) => geometry as unknown as Place
const placeOf = (geometry: Geometry): Point => ({ x: read(geometry).x_px, y: read(geometry).y_px })

function pointAt(at: Point, frame: Frame): Geometry {
  const { x, y } = inFrame(at, frame)
  const value: Place = { x_px: round(x), y_px: round(y) }
  return { ...value }
}

function reshape(geometry: Geometry, _grip: Grip, from: Point, to: Point, frame: Frame): Geometry {
  const { x, y } = placeOf(geometry)
  return pointAt({ x: x + to.x - from.x, y: y + to.y - from.y }, frame)
}

function draw(drawing: OpenDrawing, input: DrawInput): Drawing {
  if (input.type === 'cancel' || input.type === 'back') return { phase: 'dropped' }
  const value: Place = { x_px: round(input.at.x), y_px: round(input.at.y) }
  return input.type === 'down' ? { phase: 'done', geometry: { ...value } } : drawing
}

const tool: DrawnTool = {
  kind: 'point',
  surface: 'image',
  key: 'o',
  title: 'Point',
  icon: 'M10 3v4M10 13v4M3 10h4M13 10h4M9.500 10a.500.500 0 1 1 1 0 .500.500 0 1 1-1 0',
  rings: () => [],
  dots: (geometry) => [{ at: placeOf(geometry), isHollow: false }],
  handles: (geometry) => [{ part: 'vertex', ring: 0, index: 0, at: placeOf(geometry), cursor: 'move' }],
  reshape,
  draw,
  fixed: () => [],
  place: (centre, _size, frame) => pointAt(centre, frame),
  summary: (object) => `${Math.round(read(object).x_px)}, ${Math.round(read(object).y_px)}`,
}
export default tool
