/** What painting and hit tests need of an object, found once per geometry and kept while it lives. */
import { boundsOf, isInside, nearestEdge, simplify, type Bounds, type Point, type Ring } from '../geometry'
import { drawnTool, type Geometry, type Raster } from '../tool'

export interface Outline {
  readonly rings: readonly Ring[]
  readonly bounds: Bounds
  readonly isRectangle: boolean
  readonly vertices: number
  readonly raster: Raster | null
}

const outlines = new WeakMap<Geometry, Outline>()
const paths = new WeakMap<Outline, { level: number; path: Path2D; vertices: number }>()
const LOST = 0.5 // screen pixels that simplifying may move an outline by

/** Null for a kind that is not drawn. */
export function outlineOf(kind: string, geometry: Geometry): Outline | null {
  const known = outlines.get(geometry)
  if (known) return known
  const tool = drawnTool(kind)
  if (!tool) return null
  const rings = tool.rings(geometry)
  const vertices = rings.reduce((n, ring) => n + ring.length, 0)
  const raster = tool.raster?.(geometry) ?? null
  const outline = { rings, bounds: boundsOf(rings[0] ?? []), isRectangle: !raster && isRectangle(rings), vertices, raster }
  outlines.set(geometry, outline)
  return outline
}

function isRectangle(rings: readonly Ring[]): boolean {
  const [a, b, c, d] = rings[0] ?? []
  if (rings.length !== 1 || rings[0]?.length !== 4 || !a || !b || !c || !d) return false
  return a[1] === b[1] && b[0] === c[0] && c[1] === d[1] && d[0] === a[0]
}

/** Scales within one octave share a path. */
const levelOf = (scale: number) => Math.ceil(Math.log2(scale))

/** The outline in image pixels with no more vertices than can be told apart at this scale. */
export function pathOf(outline: Outline, scale: number): Path2D {
  return atLevel(outline, scale).path
}
export function verticesAt(outline: Outline, scale: number): number {
  return outline.isRectangle ? 4 : atLevel(outline, scale).vertices
}

function atLevel(outline: Outline, scale: number) {
  const level = levelOf(scale)
  const known = paths.get(outline)
  if (known?.level === level) return known
  const path = new Path2D()
  let vertices = 0
  for (const ring of outline.rings) {
    const points = simplify(ring, LOST / 2 ** level)
    vertices += points.length
    trace(path, points)
  }
  const made = { level, path, vertices }
  paths.set(outline, made)
  return made
}

function trace(path: Path2D, points: Ring) {
  points.forEach(([x, y], i) => {
    if (i) path.lineTo(x, y)
    else path.moveTo(x, y)
  })
  path.closePath()
}

/** Whether a marked pixel lies under the point, or as near as `slack` on one of four sides. */
function isMarked({ x, y, w, h, bits }: Raster, at: Point, slack: number): boolean {
  const near: readonly Point[] = [at, ...[-slack, slack].flatMap((by) => [{ x: at.x + by, y: at.y }, { x: at.x, y: at.y + by }])]
  return near.some((p) => {
    const column = Math.floor(p.x) - x,
      row = Math.floor(p.y) - y
    return column >= 0 && row >= 0 && column < w && row < h && bits[row * w + column] === 1
  })
}

/** Inside the object, or within `slack` of its border. */
export function isHit(outline: Outline, at: Point, slack: number): boolean {
  const { x, y, w, h } = outline.bounds
  if (at.x < x - slack || at.y < y - slack || at.x > x + w + slack || at.y > y + h + slack) return false
  if (outline.raster) return isMarked(outline.raster, at, slack)
  return isInside(outline.rings, at) || (nearestEdge(outline.rings, at)?.distance ?? Infinity) <= slack
}
