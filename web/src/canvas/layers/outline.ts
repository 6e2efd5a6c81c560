/** What painting and hit tests need of an object, found once per geometry and kept while it lives. */
import { boundsOf, isInside, nearestEdge, simplify, type Bounds, type Point, type Ring, type XY } from '../geometry'
import { NO_SETTINGS, bordersOf, drawnTool, type Dot, type Geometry, type Raster, type Settings } from '../tool'

export interface Outline {
  readonly rings: readonly Ring[]
  readonly lines: readonly Ring[]
  readonly dots: readonly Dot[]
  /** All of these as closed rings: an open line goes there and back. */
  readonly borders: readonly Ring[]
  readonly bounds: Bounds
  readonly isRectangle: boolean
  readonly vertices: number
  readonly raster: Raster | null
}

interface Paths {
  readonly level: number
  readonly area: Path2D
  readonly lines: Path2D | null
  /** Lines of two points: without a GPU each alone is painted in half the time of one path of all. */
  readonly ties: readonly (readonly [XY, XY])[]
  readonly vertices: number
}

/** What of a shape says how it is drawn. */
interface Figure {
  readonly kind: string
  readonly geometry: Geometry
  readonly settings?: Settings | undefined
}

const outlines = new WeakMap<Geometry, { settings: Settings; outline: Outline }>()
const paths = new WeakMap<Outline, Paths>()
const LOST = 0.5 // screen pixels that simplifying may move an outline by

/** Null for a kind that is not drawn. */
export function outlineOf({ kind, geometry, settings = NO_SETTINGS }: Figure): Outline | null {
  const known = outlines.get(geometry)
  if (known?.settings === settings) return known.outline
  const tool = drawnTool(kind)
  if (!tool) return null
  const rings = tool.rings(geometry),
    lines = tool.lines?.(geometry, settings) ?? [],
    dots = tool.dots?.(geometry) ?? []
  const borders = bordersOf(tool, geometry, settings)
  const outline: Outline = {
    rings,
    lines,
    dots,
    borders,
    bounds: boundsOf(borders.flat()),
    get raster() {
      return tool.raster?.(geometry) ?? null // asked for anew: pixels are not held for all the past
    },
    isRectangle: !tool.raster && !lines.length && !dots.length && isRectangle(rings),
    vertices: [...rings, ...lines].reduce((n, ring) => n + ring.length, 0),
  }
  outlines.set(geometry, { settings, outline })
  return outline
}

function isRectangle(rings: readonly Ring[]): boolean {
  const [a, b, c, d] = rings[0] ?? []
  if (rings.length !== 1 || rings[0]?.length !== 4 || !a || !b || !c || !d) return false
  return a[1] === b[1] && b[0] === c[0] && c[1] === d[1] && d[0] === a[0]
}

/** Scales within one octave share a path. */
const levelOf = (scale: number) => Math.ceil(Math.log2(scale))

/** What is filled and outlined, and what is only a line, in image pixels: vertices that can be told apart at this scale. */
export function pathsOf(outline: Outline, scale: number): Pick<Paths, 'area' | 'lines' | 'ties'> {
  return atLevel(outline, scale)
}
export function verticesAt(outline: Outline, scale: number): number {
  return outline.isRectangle ? 4 : atLevel(outline, scale).vertices
}

function atLevel(outline: Outline, scale: number): Paths {
  const level = levelOf(scale)
  const known = paths.get(outline)
  if (known?.level === level) return known
  const area = new Path2D()
  const ties: [XY, XY][] = []
  let lines: Path2D | null = null
  let vertices = 0
  for (const ring of outline.rings) {
    const points = simplify(ring, LOST / 2 ** level)
    vertices += points.length
    trace(area, points)
    area.closePath()
  }
  for (const line of outline.lines) {
    const points = simplify(line, LOST / 2 ** level, true)
    vertices += points.length
    const [from, to] = points
    if (from && to && points.length === 2) ties.push([from, to])
    else trace((lines ??= new Path2D()), points)
  }
  const made = { level, area, lines, ties, vertices }
  paths.set(outline, made)
  return made
}

function trace(path: Path2D, points: Ring) {
  points.forEach(([x, y], i) => {
    if (i) path.lineTo(x, y)
    else path.moveTo(x, y)
  })
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
  return isInside(outline.rings, at) || (nearestEdge(outline.borders, at)?.distance ?? Infinity) <= slack
}
