/** Drawing cuboids: the front by a drag or two clicks, then how far away and where its back is. */
import type { Cuboid2d } from '../../../../web/src/generated/types'
import {
  boundsAt,
  boundsOf,
  centreOf,
  clamp,
  distance,
  round,
  type Bounds,
  type Frame,
  type Point,
  type Ring,
  type XY,
} from '../../../../web/src/canvas/geometry'
import type { DrawInput, DrawnTool, Drawing, Geometry, Grip, Handle, OpenDrawing } from '../../../../web/src/canvas/tool'

type Face = XY[]
const SMALLEST_DRAWN = 3, // screen pixels; a shorter drag is a click
  NEAREST = 0.4 // how small the back can come out in drawing, as a share of the front

const read = (geometry: Geometry) => geometry as unknown as Pick<Cuboid2d, 'front' | 'back'>
const facesOf = (geometry: Geometry): Face[] => [read(geometry).front, read(geometry).back]

function cuboid([front = [], back = []]: readonly Face[]): Geometry {
  const value: { readonly [Name in keyof Pick<Cuboid2d, 'front' | 'back'>]: unknown } = { front, back }
  return { ...value }
}

const rounded = ([x, y]: XY): XY => [round(x), round(y)]
const faceOf = ({ x, y, w, h }: Bounds): Face => [
  rounded([x, y]),
  rounded([x + w, y]),
  rounded([x + w, y + h]),
  rounded([x, y + h]),
]

/** Around all corners, the smallest ring without a hollow (Andrew 1979). */
function hull(points: readonly XY[]): Ring {
  const sorted = points.toSorted(([x, y], [u, v]) => x - u || y - v)
  const half = (all: readonly XY[]): XY[] => {
    const kept: XY[] = []
    for (const point of all) {
      while (kept.length > 1 && !turnsLeft(kept.at(-2), kept.at(-1), point)) kept.pop()
      kept.push(point)
    }
    return kept.slice(0, -1)
  }
  return [...half(sorted), ...half(sorted.toReversed())]
}

const turnsLeft = ([ax, ay]: XY = [0, 0], [bx, by]: XY = [0, 0], [cx, cy]: XY): boolean =>
  (bx - ax) * (cy - ay) - (by - ay) * (cx - ax) > 0

function lines(geometry: Geometry): Ring[] {
  const [front = [], back = []] = facesOf(geometry)
  const closed = (face: Face): Ring => [...face, ...face.slice(0, 1)]
  return [closed(front), closed(back), ...front.map((corner, i): Ring => [corner, back[i] ?? corner])]
}

const handles = (geometry: Geometry): Handle[] =>
  facesOf(geometry).flatMap((face, ring) => [
    ...face.map(([x, y], index): Handle => ({ part: 'vertex', ring, index, at: { x, y }, cursor: 'move' })),
    { part: 'face', ring, index: 0, at: centreOf(boundsOf(face)), cursor: 'move' },
  ])

/** Its middle stays in the picture; nothing happens where a face would lose its area. */
function reshape(geometry: Geometry, grip: Grip, from: Point, to: Point, frame: Frame): Geometry {
  const faces = facesOf(geometry)
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const isHeld = (ring: number, index: number) =>
    grip.part === 'body' || (grip.ring === ring && (grip.part === 'face' || grip.index === index))
  const moved = faces.map((face, ring) =>
    face.map(([x, y], index): XY => (isHeld(ring, index) ? [x + dx, y + dy] : [x, y])),
  )
  const { x, y } = centreOf(boundsOf(moved.flat()))
  const back = { x: clamp(x, 0, frame.width_px) - x, y: clamp(y, 0, frame.height_px) - y }
  const after = moved.map((face) => face.map(([u, v]) => rounded([u + back.x, v + back.y])))
  return cuboid(after.every(hasArea) ? after : faces)
}

function hasArea(face: Face): boolean {
  const [a = [0, 0], b = a, c = a, d = a] = face
  return Math.abs((c[0] - a[0]) * (d[1] - b[1]) - (c[1] - a[1]) * (d[0] - b[0])) >= 2
}

/** Stretched from the top left corner of the box around it. */
function grow(geometry: Geometry, dx: number, dy: number, frame: Frame): Geometry {
  const faces = facesOf(geometry)
  const { x: left, y: top, w, h } = boundsOf(faces.flat())
  const across = clamp(w + dx, 2, 2 * frame.width_px) / w,
    down = clamp(h + dy, 2, 2 * frame.height_px) / h
  return cuboid(faces.map((face) => face.map(([x, y]) => rounded([left + (x - left) * across, top + (y - top) * down]))))
}

/** The sketch is a front without a back. */
function draw(drawing: OpenDrawing, input: DrawInput): Drawing {
  if (input.type === 'double' || input.type === 'mark') return drawing
  if (input.type === 'cancel' || input.type === 'back') return { phase: 'dropped' }
  if (drawing.sketch) return drawBack(facesOf(drawing.sketch)[0] ?? [], drawing, input)
  const { from } = drawing
  if (!from) return input.type === 'down' ? { ...drawing, from: input.at } : drawing
  const bounds = boundsOf([
    [from.x, from.y],
    [input.at.x, input.at.y],
  ])
  const isDrawn = Math.min(bounds.w, bounds.h) * input.scale >= SMALLEST_DRAWN
  const front = faceOf(bounds)
  const shown = isDrawn ? cuboid([front, front]) : null
  if (!isDrawn || input.type === 'move' || input.type === 'down') return { ...drawing, shown, closing: isDrawn }
  return { phase: 'open', sketch: cuboid([front, front]), shown, from: null, closing: false }
}

/** What is farther away is seen smaller: the farther off the front its corner lies, the smaller the back. */
function drawBack(front: Face, drawing: OpenDrawing, { type, at, scale }: DrawInput): Drawing {
  const [corner = [0, 0]] = front
  const { w, h } = boundsOf(front)
  const far = distance({ x: corner[0], y: corner[1] }, at)
  const share = Math.max(NEAREST, 1 - far / (3 * Math.hypot(w, h)))
  const shown = cuboid([front, faceOf({ x: at.x, y: at.y, w: w * share, h: h * share })])
  const isEnd = (type === 'down' || type === 'enter') && far * scale >= SMALLEST_DRAWN
  return isEnd ? { phase: 'done', geometry: shown } : { ...drawing, shown }
}

/** Seen from the front and a little from above. */
function place(centre: Point, size_px: number, frame: Frame): Geometry {
  const { x, y, w, h } = boundsAt(centre, size_px, frame)
  const front = { x, y: y + h * 0.25, w: w * 0.75, h: h * 0.75 }
  return cuboid([faceOf(front), faceOf({ x: x + w * 0.4, y, w: w * 0.6, h: h * 0.6 })])
}

const tool: DrawnTool = {
  kind: 'cuboid2d',
  surface: 'image',
  key: 'c',
  title: 'Cuboid',
  icon: 'M3 8h9v9H3zM8 3h9v9l-5 5M3 8l5-5M12 8l5-5',
  rings: (geometry) => [hull(facesOf(geometry).flat())],
  lines,
  handles,
  reshape,
  grow,
  draw,
  fixed: () => [],
  place,
  summary: (object) => {
    const { w, h } = boundsOf(read(object).front as XY[])
    return `${Math.round(w)} × ${Math.round(h)}`
  },
}
export default tool
