/** Geometry of outlines, in pixels of the upright image. Pure. */

export interface Point {
  readonly x: number
  readonly y: number
}
export interface Bounds {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}
/** The picture that objects must stay inside. */
export interface Frame {
  readonly width_px: number
  readonly height_px: number
}
/** A point as data holds it. */
export type XY = [number, number]
/** A closed outline; the last point is not the first one again. */
export type Ring = readonly XY[]

/** Data keeps a tenth of a pixel. */
export const round = (n: number) => Math.round(n * 10) / 10
export const clamp = (n: number, low: number, high: number) => Math.min(Math.max(n, low), Math.max(low, high))
export const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y)
export const centreOf = (b: Bounds): Point => ({ x: b.x + b.w / 2, y: b.y + b.h / 2 })
export const grown = (b: Bounds, by: number): Bounds => ({ x: b.x - by, y: b.y - by, w: b.w + 2 * by, h: b.h + 2 * by })
export const inFrame = (p: Point, f: Frame): Point => ({ x: clamp(p.x, 0, f.width_px), y: clamp(p.y, 0, f.height_px) })
export const touches = (a: Bounds, b: Bounds) =>
  a.x <= b.x + b.w && b.x <= a.x + a.w && a.y <= b.y + b.h && b.y <= a.y + a.h
export const contains = (outer: Bounds, b: Bounds) =>
  outer.x <= b.x && outer.y <= b.y && outer.x + outer.w >= b.x + b.w && outer.y + outer.h >= b.y + b.h

/** What two rectangles share; its size is 0 where they share nothing. */
export function shared(a: Bounds, b: Bounds): Bounds {
  const x = Math.max(a.x, b.x),
    y = Math.max(a.y, b.y)
  return {
    x,
    y,
    w: Math.max(0, Math.min(a.x + a.w, b.x + b.w) - x),
    h: Math.max(0, Math.min(a.y + a.h, b.y + b.h) - y),
  }
}

export function boundsOf(ring: Ring): Bounds {
  let x0 = Infinity,
    y0 = Infinity,
    x1 = -Infinity,
    y1 = -Infinity
  for (const [x, y] of ring) {
    x0 = Math.min(x0, x)
    x1 = Math.max(x1, x)
    y0 = Math.min(y0, y)
    y1 = Math.max(y1, y)
  }
  return ring.length ? { x: x0, y: y0, w: x1 - x0, h: y1 - y0 } : { x: 0, y: 0, w: 0, h: 0 }
}

/** Square pixels inside the ring. */
export function areaOf(ring: Ring): number {
  const [x0, y0] = ring[0] ?? [0, 0]
  const twice = ring.reduce((sum, [x, y], i) => {
    const [u, v] = ring[(i + 1) % ring.length] ?? [x, y]
    return sum + (x - x0) * (v - y0) - (u - x0) * (y - y0)
  }, 0)
  return Math.abs(twice) / 2
}

/** The part of the way from `from` to `to` that keeps `bounds` inside the picture. */
export function shiftInside(bounds: Bounds, from: Point, to: Point, frame: Frame): Point {
  return {
    x: clamp(to.x - from.x, -bounds.x, frame.width_px - bounds.x - bounds.w),
    y: clamp(to.y - from.y, -bounds.y, frame.height_px - bounds.y - bounds.h),
  }
}

/** Bounds of about `size_px` a side around `centre`, pushed and, where they must be, cut to be inside the picture. */
export function boundsAt(centre: Point, size_px: number, frame: Frame): Bounds {
  const w = Math.min(size_px, frame.width_px),
    h = Math.min(size_px, frame.height_px)
  return {
    x: clamp(centre.x - w / 2, 0, frame.width_px - w),
    y: clamp(centre.y - h / 2, 0, frame.height_px - h),
    w,
    h,
  }
}

/** A point's coordinates as they are kept, inside the picture or whatever room there is. */
export const roundedInside = (x: number, y: number, { width_px, height_px }: Frame): XY => [
  clamp(round(x), 0, width_px),
  clamp(round(y), 0, height_px),
]

/** Whether a point lies inside an odd number of the rings: in the outline and in no hole. */
export function isInside(rings: readonly Ring[], p: Point): boolean {
  let odd = false
  for (const ring of rings) {
    let last = ring.at(-1)
    for (const point of ring) {
      if (last && crosses(last, point, p)) odd = !odd
      last = point
    }
  }
  return odd
}

/** Whether the ray from `p` to the right meets the segment. */
function crosses([ax, ay]: XY, [bx, by]: XY, p: Point): boolean {
  return ay > p.y !== by > p.y && p.x < ((ax - bx) * (p.y - by)) / (ay - by) + bx
}

export function nearestOnSegment(p: Point, [ax, ay]: XY, [bx, by]: XY): Point {
  const dx = bx - ax,
    dy = by - ay
  const length2 = dx * dx + dy * dy
  const t = length2 ? clamp(((p.x - ax) * dx + (p.y - ay) * dy) / length2, 0, 1) : 0
  return { x: ax + t * dx, y: ay + t * dy }
}

export interface EdgePlace {
  ring: number
  index: number
  at: Point
  distance: number
}

/** The edge nearest to a point; edge `index` goes from vertex `index` to the next one. */
export function nearestEdge(rings: readonly Ring[], p: Point): EdgePlace | null {
  let best: EdgePlace | null = null
  rings.forEach((points, ring) => {
    points.forEach((a, index) => {
      const at = nearestOnSegment(p, a, points[(index + 1) % points.length] ?? a)
      const d = distance(p, at)
      if (!best || d < best.distance) best = { ring, index, at, distance: d }
    })
  })
  return best
}

/** The ring, or open line, with vertices left out that lie within `tolerance` of the line without them (Douglas and
 * Peucker 1973). */
export function simplify(ring: Ring, tolerance: number, isOpen = false): Ring {
  if (ring.length < (isOpen ? 3 : 5)) return ring
  const keep = new Uint8Array(ring.length + 1)
  const middle = isOpen ? ring.length - 1 : farthest(ring, 0)
  keep[0] = keep[middle] = 1
  const open: XY[] = isOpen
    ? [[0, middle]]
    : [
        [0, middle],
        [middle, ring.length],
      ]
  for (let span = open.pop(); span; span = open.pop()) {
    const split = worst(ring, span[0], span[1], tolerance)
    if (split < 0) continue
    keep[split] = 1
    open.push([span[0], split], [split, span[1]])
  }
  return ring.filter((_, i) => keep[i])
}

function farthest(ring: Ring, from: number): number {
  const [ax, ay] = ring[from] ?? [0, 0]
  let best = 0,
    far = -1
  ring.forEach(([x, y], i) => {
    const d = (x - ax) ** 2 + (y - ay) ** 2
    if (d > far) {
      far = d
      best = i
    }
  })
  return best
}

/** The vertex between `from` and `to` farthest off their line, or -1 where none is off by more than `tolerance`. */
function worst(ring: Ring, from: number, to: number, tolerance: number): number {
  const a = ring[from],
    b = ring[to % ring.length]
  if (!a || !b) return -1
  const dx = b[0] - a[0],
    dy = b[1] - a[1]
  const length2 = dx * dx + dy * dy
  let best = -1,
    far = tolerance * tolerance
  for (let i = from + 1; i < to; i++) {
    const p = ring[i]
    if (!p) continue
    const t = length2 ? clamp(((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length2, 0, 1) : 0
    const d = (a[0] + t * dx - p[0]) ** 2 + (a[1] + t * dy - p[1]) ** 2
    if (d > far) {
      far = d
      best = i
    }
  }
  return best
}
