/** Drawing and editing polygons: each click sets a vertex; vertices, midpoints and edges can be dragged. */
import type { Polygon } from '../../../../web/src/generated/types'
import { cutOut, divided, joined } from '../../../../web/src/canvas/clip'
import {
  areaOf,
  boundsAt,
  boundsOf,
  round,
  roundedInside,
  shiftInside,
  simplify,
  type Frame,
  type Point,
  type Ring,
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
  Raster,
} from '../../../../web/src/canvas/tool'
import { partsOf } from '../../../../web/src/canvas/pixels/trace'
import { say } from '../../../../web/src/lib/language.svelte'

const NEAR_FIRST = 8,
  SAME_PLACE = 2 // screen pixels
const ROOM_FOR_MIDDLE = 28 // screen pixels of an edge that offers its midpoint

const outline = (geometry: Geometry): XY[] => geometry['points'] as XY[]
const rings = (geometry: Geometry): XY[][] => [outline(geometry), ...((geometry['holes'] as XY[][] | undefined) ?? [])]

function polygon([points = [], ...holes]: readonly Ring[]): Geometry {
  const value: { readonly [Name in keyof Pick<Polygon, 'points' | 'holes'>]: unknown } = { points, holes }
  return { ...value }
}

const isNear = ([x, y]: XY, p: Point, slack: number) => Math.hypot(x - p.x, y - p.y) <= slack
const rounded = (p: Point): XY => [round(p.x), round(p.y)]

const hasArea = (points: Ring) => points.length >= 3 && areaOf(points) > 1e-9

function handles(geometry: Geometry, scale: number): Handle[] {
  const vertices: Handle[] = [],
    middles: Handle[] = []
  rings(geometry).forEach((points, ring) => {
    points.forEach(([x, y], index) => {
      const [u, v] = points[(index + 1) % points.length] ?? [x, y]
      vertices.push({ part: 'vertex', ring, index, at: { x, y }, cursor: 'move' })
      if (Math.hypot(u - x, v - y) * scale < ROOM_FOR_MIDDLE) return
      middles.push({ part: 'middle', ring, index, at: { x: (x + u) / 2, y: (y + v) / 2 }, cursor: 'copy' })
    })
  })
  return [...vertices, ...middles]
}

/** Nothing happens where the outline would lose its area. */
function reshape(geometry: Geometry, grip: Grip, from: Point, to: Point, frame: Frame): Geometry {
  const before = rings(geometry)
  if (grip.part === 'body') return shifted(before, from, to, frame)
  const after = before.map((points, i) => (i === grip.ring ? reshapeRing(points, grip, from, to, frame) : points))
  return polygon(after.every(hasArea) ? after : before)
}

function shifted(before: XY[][], from: Point, to: Point, frame: Frame): Geometry {
  const by = shiftInside(boundsOf(before[0] ?? []), from, to, frame)
  return polygon(before.map((points) => points.map(([x, y]) => roundedInside(x + by.x, y + by.y, frame))))
}

function reshapeRing(points: XY[], grip: Grip, from: Point, to: Point, frame: Frame): XY[] {
  const at = roundedInside(to.x, to.y, frame)
  if (grip.part === 'vertex') return points.map((p, i) => (i === grip.index ? at : p))
  if (grip.part === 'middle') return points.toSpliced(grip.index + 1, 0, at)
  const ends = [grip.index, (grip.index + 1) % points.length]
  const by = shiftInside(boundsOf(points.filter((_, i) => ends.includes(i))), from, to, frame)
  return points.map((p, i) => (ends.includes(i) ? roundedInside(p[0] + by.x, p[1] + by.y, frame) : p))
}

/** A hole of three vertices goes with the first of them; the outline keeps three. */
function without(geometry: Geometry, grip: Grip): Geometry | null {
  const before = rings(geometry)
  if (grip.part !== 'vertex' || (grip.ring === 0 && outline(geometry).length <= 3)) return null
  const after = before
    .map((points, i) => (i === grip.ring ? points.toSpliced(grip.index, 1) : points))
    .filter((points) => points.length >= 3)
  return after.every(hasArea) ? polygon(after) : null
}

/** The shorter border between two vertices of a ring gives way to the path; null where nothing would be left. */
function reroute(geometry: Geometry, from: Grip, to: Grip, path: Ring): Geometry | null {
  const before = rings(geometry)
  const points = before[from.ring] ?? []
  const round = [...points.slice(from.index), ...points.slice(0, from.index)] // begins where the path does
  const end = (to.index - from.index + points.length) % points.length
  const isForward = lengthOf(round.slice(0, end + 1)) <= lengthOf([...round.slice(end), ...round.slice(0, 1)])
  const after = isForward
    ? [...round.slice(0, 1), ...path, ...round.slice(end)]
    : [...round.slice(0, end + 1), ...path.toReversed()]
  return hasArea(after) ? polygon(before.map((ring, i) => (i === from.ring ? after : ring))) : null
}

const lengthOf = (line: Ring): number =>
  line.reduce((sum, [x, y], i) => sum + Math.hypot(x - (line[i - 1]?.[0] ?? x), y - (line[i - 1]?.[1] ?? y)), 0)

const cut = (geometry: Geometry, path: Ring, isClosed: boolean): Geometry[] | null =>
  (isClosed ? cutOut : divided)(rings(geometry), path)?.map(polygon) ?? null

function join(a: Geometry, b: Geometry): Geometry | null {
  const whole = joined(rings(a), rings(b))
  return whole && polygon(whole)
}

const SMALLEST = 16 // square pixels: less of what was found is a speck, or a hole that nobody means

/** One polygon for each part; its border is as plain as `fine` allows. */
function ofArea(area: Raster, fine: number): Geometry[] {
  return partsOf(area, SMALLEST).flatMap((rings) => {
    const [outer = [], ...holes] = rings.map((ring) => simplify(ring, fine))
    return hasArea(outer) ? [polygon([outer, ...holes.filter(hasArea)])] : []
  })
}

function less(geometry: Geometry, area: Raster): Geometry | null {
  let rest: Geometry | null = geometry
  for (const [outer] of partsOf(area, SMALLEST)) {
    const parts: Geometry[] | null = rest && cut(rest, simplify(outer, 0.75), true)
    if (parts) rest = parts[0] ?? null
  }
  return rest
}

/** Enter, a double click or a click on the first vertex closes; `back` takes the last vertex away. */
function draw(drawing: OpenDrawing, input: DrawInput): Drawing {
  const fixed = drawing.sketch ? outline(drawing.sketch) : []
  switch (input.type) {
    case 'enter':
    case 'double':
      return hasArea(fixed) ? finished(fixed) : drawing
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

const finished = (points: XY[]): Drawing => ({ phase: 'done', geometry: polygon([points]) })
const closes = (fixed: XY[], input: DrawInput) =>
  fixed[0] !== undefined && hasArea(fixed) && isNear(fixed[0], input.at, NEAR_FIRST / input.scale)

function pressed(fixed: XY[], input: DrawInput, sketch: Geometry | null): Drawing {
  if (closes(fixed, input)) return finished(fixed)
  const last = fixed.at(-1)
  // the second press of a double click falls on the vertex just set
  if (last && isNear(last, input.at, SAME_PLACE / input.scale)) return following(fixed, input, sketch)
  return following([...fixed, rounded(input.at)], input)
}

function following(fixed: XY[], input: DrawInput, sketch = polygon([fixed]) as Geometry | null): OpenDrawing {
  return {
    phase: 'open',
    sketch,
    shown: polygon([[...fixed, rounded(input.at)]]),
    from: null,
    closing: closes(fixed, input),
  }
}

/** A hexagon. */
function place(centre: Point, size_px: number, frame: Frame): Geometry {
  const { x: left, y: top, w: side } = boundsAt(centre, Math.min(size_px, frame.width_px, frame.height_px), frame)
  const [x, y, radius] = [left + side / 2, top + side / 2, side / 2]
  const angles = [0, 1, 2, 3, 4, 5].map((i) => (i * Math.PI) / 3)
  return polygon([angles.map((a) => rounded({ x: x + radius * Math.cos(a), y: y + radius * Math.sin(a) }))])
}

const tool: DrawnTool = {
  kind: 'polygon',
  surface: 'image',
  key: 'p',
  title: 'Polygon',
  icon: 'M4 14L6 5l7-1.5 4 7-6 5z',
  rings,
  handles,
  reshape,
  without,
  reroute,
  ofArea,
  ofRings: ([outer = [], ...holes]) => (hasArea(outer) ? polygon([outer, ...holes.filter(hasArea)]) : null),
  less,
  cut,
  join,
  draw,
  fixed: outline,
  place,
  summary: (object) => say('kind.polygon.points', { count: outline(object).length }),
}
export default tool
