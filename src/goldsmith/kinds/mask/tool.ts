/** Painting masks: strokes of a round brush, a lasso that fills, an eraser, holes filled. */
import type { Mask } from '../../../../web/src/generated/types'
import { clamp, round, type Frame, type Point, type XY } from '../../../../web/src/canvas/geometry'
import type { DrawnTool, Geometry, Grip, Painter, Raster, Stroke, Tool } from '../../../../web/src/canvas/tool'
import { filled, GrowingArea, holeAt, united, without, type Area } from '../../../../web/src/canvas/pixels/area'
import { decode, encodeArea } from '../../../../web/src/canvas/pixels/runs'

/** Pixels decoded last; those of all the past would fill the memory. */
const areas = new Map<Geometry, Area>()
const KEPT_PX = 150e6
const LARGE = 1e6

function keep(geometry: Geometry, area: Area): Area {
  areas.delete(geometry)
  areas.set(geometry, area)
  let total = [...areas.values()].reduce((sum, { bits }) => sum + bits.length, 0)
  for (const [old, { bits }] of areas) {
    if (total <= KEPT_PX || old === geometry) break
    areas.delete(old)
    total -= bits.length
  }
  return area
}

const read = (geometry: Geometry) => geometry as unknown as Mask

/** Pixels that stand for several masks: one that was moved shares them with what it was. */
const common = new WeakSet<Uint8Array>()

/** Whether the pixels are free to be used up; they are decoded again where somebody goes back to this mask. */
function letGo(geometry: Geometry): boolean {
  const area = areas.get(geometry)
  return area !== undefined && !common.has(area.bits) && areas.delete(geometry)
}

/** The pixels of a mask; decoded once while it is in use. */
export function areaOf(geometry: Geometry): Area {
  const known = areas.get(geometry)
  if (known) return known
  const { x_px: x, y_px: y, width_px: w, height_px: h, rle } = read(geometry)
  return keep(geometry, { x, y, w, h, bits: decode(rle, w, h) ?? new Uint8Array(w * h) })
}

export function geometryOf(area: Area): Geometry {
  const geometry: Geometry = {
    x_px: area.x,
    y_px: area.y,
    width_px: area.w,
    height_px: area.h,
    rle: encodeArea(area),
  }
  keep(geometry, area)
  return geometry
}

function moved(geometry: Geometry, by: Point, frame: Frame): Geometry {
  const { x_px, y_px, width_px, height_px, rle } = read(geometry)
  const x = clamp(Math.round(x_px + by.x), 0, frame.width_px - width_px),
    y = clamp(Math.round(y_px + by.y), 0, frame.height_px - height_px)
  const next: Geometry = { x_px: x, y_px: y, width_px, height_px, rle }
  const { w, h, bits } = areaOf(geometry)
  common.add(bits)
  keep(next, { x, y, w, h, bits })
  return next
}

function rectangle(geometry: Geometry): XY[] {
  const { x_px: x, y_px: y, width_px: w, height_px: h } = read(geometry)
  return [
    [x, y],
    [x + w, y],
    [x + w, y + h],
    [x, y + h],
  ]
}

/** One stroke; a raster of its own is laid over the mask that it changes until it is done. */
class BrushStroke implements Stroke {
  readonly isErasing: boolean
  readonly raster: GrowingArea
  readonly path: XY[] = []
  private last: Point
  private rows = { low: Infinity, high: -Infinity }

  constructor(
    private readonly base: Geometry | null,
    private readonly way: string,
    private readonly radius: number,
    at: Point,
    frame: Frame,
  ) {
    this.isErasing = way === 'erase'
    this.raster = new GrowingArea(frame)
    this.last = at
    this.to(at)
  }

  to(at: Point): void {
    if (this.way === 'lasso') this.path.push([round(at.x), round(at.y)])
    else if (this.way !== 'fill') {
      this.raster.sweep(this.last, at, this.radius)
      this.rows.low = Math.min(this.rows.low, Math.floor(Math.min(this.last.y, at.y) - this.radius))
      this.rows.high = Math.max(this.rows.high, Math.ceil(Math.max(this.last.y, at.y) + this.radius) + 1)
    }
    this.last = at
  }

  changed(): { y: number; h: number } {
    const { low, high } = this.rows
    this.rows = { low: Infinity, high: -Infinity }
    return high > low ? { y: low, h: high - low } : { y: 0, h: 0 }
  }

  done(): Geometry | null {
    const base = this.base && areaOf(this.base)
    if (this.way === 'fill') {
      const hole = base && holeAt(base, this.last)
      return hole ? geometryOf(united(base, hole) ?? base) : this.base
    }
    if (this.way === 'lasso' && this.path.length > 2) this.raster.fill(this.path)
    if (!this.raster.w) return this.base
    const usesUp = this.base !== null && letGo(this.base)
    const next = this.isErasing ? base && without(base, this.raster, usesUp) : united(base, this.raster, usesUp)
    return next && geometryOf(next)
  }
}

const painter: Painter = {
  ways: [
    { name: 'erase', key: 'E', title: 'Eraser', icon: 'M4 13l7-8 6 5-6 7H7zM8 9l6 5', hasBrush: true },
    { name: 'lasso', key: 'Shift+B', title: 'Lasso that fills', icon: 'M5 12c-3-5 4-9 9-6s2 9-4 8-4-4-1-3', hasBrush: false },
    { name: 'fill', key: 'Shift+F', title: 'Fill a hole', icon: 'M4 11l6-7 7 7-6 6zM10 4V2M17 15v2', hasBrush: false },
  ],
  begin: ({ geometry, way, radius_px, at, frame }) =>
    !geometry && (way === 'erase' || way === 'fill') ? null : new BrushStroke(geometry, way, radius_px, at, frame),
}

const tool: DrawnTool & Tool = {
  kind: 'mask',
  surface: 'image',
  key: 'b',
  title: 'Mask',
  icon: 'M4 16c4 1 5-1 5-3M8 12l7-9 2 2-7 9z',
  painter,
  rings: (geometry) => [rectangle(geometry)],
  raster: (geometry): Raster => areaOf(geometry),
  handles: () => [],
  reshape: (geometry: Geometry, grip: Grip, from: Point, to: Point, frame: Frame) =>
    grip.part === 'body' ? moved(geometry, { x: to.x - from.x, y: to.y - from.y }, frame) : geometry,
  draw: () => ({ phase: 'dropped' }),
  fixed: () => [],
  place: (centre, size_px, frame) => {
    const area = new GrowingArea(frame)
    area.sweep(centre, centre, Math.min(size_px, LARGE) / 2)
    return geometryOf(united(null, area) ?? { x: 0, y: 0, w: 1, h: 1, bits: new Uint8Array([1]) })
  },
  ofArea: (area) => {
    const whole = united(null, area)
    return whole ? [geometryOf(whole)] : []
  },
  ofRings: (rings, frame) => {
    const whole = filled(rings, frame)
    return whole && geometryOf(whole)
  },
  less: (geometry, area) => {
    const rest = without(areaOf(geometry), area)
    return rest && geometryOf(rest)
  },
  join: (geometry, other) => {
    const both = united(areaOf(geometry), areaOf(other))
    return both && geometryOf(both)
  },
  summary: (object) => `${read(object).width_px} × ${read(object).height_px}`,
}
export default tool
