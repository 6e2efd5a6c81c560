/** A set of pixels inside a rectangle of the picture, and what can be done with it. */
import { boundsOf, contains, shared, type Bounds, type Frame, type Point, type Ring } from '../geometry'

/** `bits` holds 1 where a pixel belongs to it, row by row; all numbers are whole. */
export interface Area extends Bounds {
  readonly bits: Uint8Array
}

const BLOCK = 256

/** An area that grows where it is painted, in whole blocks, inside the picture. */
export class GrowingArea implements Area {
  x = 0
  y = 0
  w = 0
  h = 0
  bits = new Uint8Array(0)

  constructor(private readonly frame: Frame) {}

  /** Marks whole pixels from `x` up to `to` of a row; both may lie outside the picture. */
  mark(row: number, x: number, to: number): void {
    if (row < this.y || row >= this.y + this.h || to <= this.x || x >= this.x + this.w) return
    const start = (row - this.y) * this.w
    this.bits.fill(1, start + Math.max(0, x - this.x), start + Math.min(this.w, to - this.x))
  }

  /** Makes room for a part of the picture. */
  reach(part: Bounds): void {
    const whole = { x: 0, y: 0, w: this.frame.width_px, h: this.frame.height_px }
    const { x, y, w, h } = shared(part, whole)
    if (!w || !h) return
    const down = (n: number) => Math.floor(n / BLOCK) * BLOCK
    const up = (n: number, most: number) => Math.min(most, Math.ceil(n / BLOCK) * BLOCK)
    const has = this.w > 0
    const left = Math.min(down(x), has ? this.x : Infinity)
    const top = Math.min(down(y), has ? this.y : Infinity)
    const right = Math.max(up(x + w, this.frame.width_px), has ? this.x + this.w : 0)
    const bottom = Math.max(up(y + h, this.frame.height_px), has ? this.y + this.h : 0)
    if (has && left === this.x && top === this.y && right === this.x + this.w && bottom === this.y + this.h) return
    const size = { w: right - left, h: bottom - top }
    const grown = { x: left, y: top, ...size, bits: new Uint8Array(size.w * size.h) }
    copyInto(grown, this)
    Object.assign(this, grown)
  }

  /** Marks the pixels whose middle lies within `radius` of the way from one point to the other. */
  sweep(from: Point, to: Point, radius: number): void {
    const x = Math.min(from.x, to.x) - radius,
      y = Math.min(from.y, to.y) - radius
    const w = Math.abs(from.x - to.x) + 2 * radius,
      h = Math.abs(from.y - to.y) + 2 * radius
    this.reach({ x: Math.floor(x), y: Math.floor(y), w: Math.ceil(w) + 2, h: Math.ceil(h) + 2 })
    for (let row = Math.max(this.y, Math.floor(y)); row < Math.min(this.y + this.h, y + h + 1); row++) {
      const span = across(from, to, radius, row + 0.5)
      if (span) this.mark(row, Math.ceil(span[0] - 0.5), Math.floor(span[1] - 0.5) + 1)
    }
  }

  /** Marks what lies inside closed paths, by the even-odd rule. */
  fill(...rings: readonly Ring[]): void {
    const { x, y, w, h } = boundsOf(rings.flat())
    const top = Math.floor(y),
      bottom = Math.ceil(y + h),
      left = Math.floor(x)
    this.reach({ x: left, y: top, w: Math.ceil(x + w) - left, h: bottom - top })
    for (let row = Math.max(this.y, top); row < Math.min(this.y + this.h, bottom); row++) {
      const cuts = rings.flatMap((ring) => crossings(ring, row + 0.5)).sort((a, b) => a - b)
      for (let i = 0; i + 1 < cuts.length; i += 2)
        this.mark(row, Math.ceil((cuts[i] ?? 0) - 0.5), Math.ceil((cuts[i + 1] ?? 0) - 0.5))
    }
  }
}

/** The pixels whose middle lies in an outline and in none of its holes; null where there is none. */
export function filled(rings: readonly Ring[], frame: Frame): Area | null {
  const area = new GrowingArea(frame)
  area.fill(...rings)
  return area.w ? closed(area) : null
}

/** Where a round brush that went from one point to the other covers the line at `y`; null where it does not. */
function across(from: Point, to: Point, radius: number, y: number): [number, number] | null {
  let low = Infinity,
    high = -Infinity
  for (const end of [from, to]) {
    const reach = radius ** 2 - (y - end.y) ** 2
    if (reach < 0) continue
    low = Math.min(low, end.x - Math.sqrt(reach))
    high = Math.max(high, end.x + Math.sqrt(reach))
  }
  const dx = to.x - from.x,
    dy = to.y - from.y,
    length = Math.hypot(dx, dy)
  if (length > 0) {
    const [nx, ny] = [(-dy / length) * radius, (dx / length) * radius]
    const band: Ring = [
      [from.x + nx, from.y + ny],
      [to.x + nx, to.y + ny],
      [to.x - nx, to.y - ny],
      [from.x - nx, from.y - ny],
    ]
    for (const x of crossings(band, y)) {
      low = Math.min(low, x)
      high = Math.max(high, x)
    }
  }
  return low <= high ? [low, high] : null
}

function crossings(path: Ring, y: number): number[] {
  const found: number[] = []
  path.forEach(([x, at], i) => {
    const [u, v] = path[(i + 1) % path.length] ?? [x, at]
    if (at <= y !== v <= y) found.push(x + ((y - at) / (v - at)) * (u - x))
  })
  return found
}

/** Row by row, where the two share anything: what is done with a part of the source's row, and where it lies. */
function eachRow(target: Area, source: Area, act: (row: Uint8Array, at: number) => void): void {
  const { x, y, w, h } = shared(target, source)
  for (let row = y; row < y + h; row++) {
    const from = (row - source.y) * source.w + x - source.x
    act(source.bits.subarray(from, from + w), (row - target.y) * target.w + x - target.x)
  }
}

const copyInto = (target: Area, source: Area): void =>
  eachRow(target, source, (row, at) => target.bits.set(row, at))

/** Sets what the source marks; most of a large area is nothing, which is stepped over quickly. */
function write(target: Area, source: Area, bit: 0 | 1): void {
  eachRow(target, source, (row, at) => {
    for (let from = row.indexOf(1); from >= 0; ) {
      const end = row.indexOf(0, from)
      const to = end < 0 ? row.length : end
      target.bits.fill(bit, at + from, at + to)
      from = to < row.length ? row.indexOf(1, to) : -1
    }
  })
}

/** What an area was made from, and what was marked or taken away: only there is it to be looked at again. */
export interface Since {
  readonly area: Bounds
  readonly marks: Area
}
const since = new WeakMap<Bounds, Since>()
export const sinceOf = (area: Bounds): Since | null => since.get(area) ?? null

function madeFrom(area: Area, made: Area, marks: Area): Area {
  since.set(made, { area, marks })
  since.delete(area) // or every area of the past would be held
  return made
}

/** Both together; `a` is close around what it marks, and so is the result. Null where nothing is marked.
 *
 * `usesUp`: nobody needs `a` any more, and its memory may be the result's.
 */
export function united(a: Area | null, other: Area, usesUp = false): Area | null {
  const b = a && contains(a, other) ? other : closed(other)
  if (!a || !b) return a ?? b
  const x = Math.min(a.x, b.x),
    y = Math.min(a.y, b.y)
  const w = Math.max(a.x + a.w, b.x + b.w) - x,
    h = Math.max(a.y + a.h, b.y + b.h) - y
  const hasRoom = w === a.w && h === a.h
  const both = { x, y, w, h, bits: hasRoom ? (usesUp ? a.bits : a.bits.slice()) : new Uint8Array(w * h) }
  if (!hasRoom) copyInto(both, a)
  write(both, b, 1)
  return madeFrom(a, both, b)
}

/** `a` without `b`, close around what is left; null where nothing is. */
export function without(a: Area, b: Area, usesUp = false): Area | null {
  const rest = { x: a.x, y: a.y, w: a.w, h: a.h, bits: usesUp ? a.bits : a.bits.slice() }
  write(rest, b, 0)
  const left = closed(rest)
  return left && madeFrom(a, left, b)
}

/** The hole around a point, as an area of its own; null where the point is marked or lies in no hole. */
export function holeAt(area: Area, at: Point): Area | null {
  const { w, h, bits } = area
  const start = (Math.floor(at.y) - area.y) * w + Math.floor(at.x) - area.x
  const column = Math.floor(at.x) - area.x
  if (column < 0 || column >= w || start < 0 || start >= bits.length || bits[start]) return null
  const found = new Uint8Array(bits.length)
  const open = [start]
  found[start] = 1
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    const x = here % w
    if (x === 0 || x === w - 1 || here < w || here >= w * (h - 1)) return null // it is open to the outside
    for (const next of [here - 1, here + 1, here - w, here + w])
      if (!bits[next] && !found[next]) {
        found[next] = 1
        open.push(next)
      }
  }
  return { ...area, x: area.x, y: area.y, w, h, bits: found }
}

/** The area in a rectangle close around what is marked. */
export function closed(area: Area): Area | null {
  const { w, h, bits } = area
  const first = bits.indexOf(1)
  if (first < 0) return null
  const top = Math.floor(first / w),
    bottom = Math.floor(bits.lastIndexOf(1) / w)
  let left = w,
    right = -1
  for (let row = top; row <= bottom; row++) {
    const line = bits.subarray(row * w, (row + 1) * w)
    const low = line.indexOf(1)
    if (low >= 0) {
      left = Math.min(left, low)
      right = Math.max(right, line.lastIndexOf(1))
    }
  }
  const width = right - left + 1,
    height = bottom - top + 1
  if (width === w && height === h) return area
  const close = { x: area.x + left, y: area.y + top, w: width, h: height, bits: new Uint8Array(width * height) }
  copyInto(close, area)
  return close
}
