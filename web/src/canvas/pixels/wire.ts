/** Intelligent scissors: the cheapest way between two places, where edges are cheap.
 *
 * After E. N. Mortensen and W. A. Barrett, "Intelligent Scissors for Image Composition", SIGGRAPH 1995: the cost of a
 * step from p to q is w_Z f_Z(q) + w_D f_D(p, q) + w_G f_G(q), and Dijkstra's way is found with whole numbers in buckets.
 */
import { clamp, distance, type Point, type XY } from '../geometry'
import type { Pixels } from './wand'

const W_Z = 0.43,
  W_D = 0.43,
  W_G = 0.14 // the paper's weights
const MOST = 255 // the cost of the dearest straight step
const BUCKETS = 512 // more than the dearest step: MOST * sqrt(2), rounded up
const STEPS: readonly (readonly [number, number])[] = [
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
]

/** What the cost needs of a part of the picture; `step` image pixels are one of its own, on each axis. */
export interface CostMap {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
  readonly step: number
  /** w_Z f_Z + w_G f_G of each pixel, in parts of MOST. */
  readonly still: Uint8Array
  /** The direction of the gradient, of length one or nothing. */
  readonly gx: Float32Array
  readonly gy: Float32Array
  readonly strength: Float32Array
}

export function costsOf(pixels: Pixels, step: number): CostMap {
  const w = Math.max(1, Math.floor(pixels.w / step)),
    h = Math.max(1, Math.floor(pixels.h / step))
  const light = smoothed(lightOf(pixels, step, w, h), w, h)
  const n = w * h
  const gx = new Float32Array(n),
    gy = new Float32Array(n),
    strength = new Float32Array(n),
    second = new Float32Array(n),
    still = new Uint8Array(n).fill(Math.round(MOST * (W_Z + W_G)))
  const at = (i: number) => light[i] ?? 0
  let strongest = 1e-6
  for (let y = 1; y < h - 1; y++)
    for (let x = 1, i = y * w + 1; x < w - 1; x++, i++) {
      const across = at(i + 1 - w) + 2 * at(i + 1) + at(i + 1 + w) - at(i - 1 - w) - 2 * at(i - 1) - at(i - 1 + w)
      const down = at(i + w - 1) + 2 * at(i + w) + at(i + w + 1) - at(i - w - 1) - 2 * at(i - w) - at(i - w + 1)
      const length = Math.hypot(across, down)
      strength[i] = length
      strongest = Math.max(strongest, length)
      gx[i] = length > 1 ? across / length : 0
      gy[i] = length > 1 ? down / length : 0
      second[i] = 4 * at(i) - at(i - 1) - at(i + 1) - at(i - w) - at(i + w)
    }
  for (let y = 1; y < h - 1; y++)
    for (let x = 1, i = y * w + 1; x < w - 1; x++, i++) {
      const fG = 1 - (strength[i] ?? 0) / strongest
      still[i] = Math.round(MOST * ((crosses(second, i, w) ? 0 : W_Z) + W_G * fG))
    }
  return { x: pixels.x, y: pixels.y, w, h, step, still, gx, gy, strength }
}

/** f_Z: the Laplacian changes its sign here, and is nearer to zero than beyond. */
function crosses(second: Float32Array, i: number, w: number): boolean {
  const here = second[i] ?? 0
  for (const next of [i + 1, i + w, i - 1, i - w]) {
    const there = second[next] ?? 0
    if (here * there < 0 && Math.abs(here) <= Math.abs(there)) return Math.abs(here - there) > 1
  }
  return false
}

function lightOf({ w: width, data }: Pixels, step: number, w: number, h: number): Float32Array {
  const light = new Float32Array(w * h)
  for (let y = 0, i = 0; y < h; y++)
    for (let x = 0; x < w; x++, i++) {
      let sum = 0
      for (let v = 0; v < step; v++)
        for (let u = 0; u < step; u++) {
          const at = 4 * ((y * step + v) * width + x * step + u)
          sum += ((data[at] ?? 0) + 2 * (data[at + 1] ?? 0) + (data[at + 2] ?? 0)) / 4
        }
      light[i] = sum / (step * step)
    }
  return light
}

/** By a binomial of 3 on both axes: noise makes no edges. */
function smoothed(light: Float32Array, w: number, h: number): Float32Array {
  const across = light.slice()
  for (let y = 0; y < h; y++)
    for (let x = 1, i = y * w + 1; x < w - 1; x++, i++)
      across[i] = ((light[i - 1] ?? 0) + 2 * (light[i] ?? 0) + (light[i + 1] ?? 0)) / 4
  const both = across.slice()
  for (let i = w; i < w * (h - 1); i++)
    both[i] = ((across[i - w] ?? 0) + 2 * (across[i] ?? 0) + (across[i + w] ?? 0)) / 4
  return both
}

/** All cheapest ways from one place; they are found as far as somebody asks. */
export class Wire {
  private readonly cost: Int32Array
  private readonly from: Int8Array // which of STEPS led here; -1: none yet
  private readonly isDone: Uint8Array
  private readonly buckets: number[][] = Array.from({ length: BUCKETS }, () => [])
  private now = 0
  private waiting = 1
  private readonly start: number

  constructor(
    private readonly map: CostMap,
    seed: Point,
  ) {
    const { w, h } = map
    this.cost = new Int32Array(w * h).fill(2 ** 30)
    this.from = new Int8Array(w * h).fill(-1)
    this.isDone = new Uint8Array(w * h)
    this.start = this.indexOf(seed)
    this.cost[this.start] = 0
    this.buckets[0]?.push(this.start)
  }

  /** The way from the start to the place, in image pixels; straight on from where the map ends. */
  to(place: Point): XY[] {
    const end = this.indexOf(place)
    while (!this.isDone[end] && this.waiting > 0) this.advance()
    const { map } = this
    const way: XY[] = []
    for (let at = end; at !== this.start; ) {
      way.push(this.placeOf(at))
      const [dx, dy] = STEPS[this.from[at] ?? 0] ?? [0, 0]
      at -= dy * map.w + dx
      if (way.length > map.w * map.h) break
    }
    way.push(this.placeOf(this.start))
    way.reverse()
    const [x, y] = way.at(-1) ?? [0, 0]
    if (distance({ x, y }, place) > 2 * map.step) way.push([place.x, place.y])
    return way
  }

  private placeOf(at: number): XY {
    const { x, y, w, step } = this.map
    return [x + ((at % w) + 0.5) * step, y + (Math.floor(at / w) + 0.5) * step]
  }

  private indexOf({ x, y }: Point): number {
    const { map } = this
    const column = clamp(Math.floor((x - map.x) / map.step), 0, map.w - 1),
      row = clamp(Math.floor((y - map.y) / map.step), 0, map.h - 1)
    return row * map.w + column
  }

  /** Settles all pixels of the least cost that waits. */
  private advance(): void {
    const bucket = this.buckets[this.now % BUCKETS] ?? []
    for (let p = bucket.pop(); p !== undefined; p = bucket.pop()) {
      this.waiting--
      if (this.isDone[p] || this.cost[p] !== this.now) continue
      this.isDone[p] = 1
      this.reach(p)
    }
    this.now++
  }

  private reach(p: number): void {
    const { w, h, still, gx, gy } = this.map
    const x = p % w,
      y = Math.floor(p / w)
    const px = gx[p] ?? 0,
      py = gy[p] ?? 0
    for (let i = 0; i < 8; i++) {
      const [dx, dy] = STEPS[i] ?? [0, 0]
      if (x + dx < 0 || x + dx >= w || y + dy < 0 || y + dy >= h) continue
      const q = p + dy * w + dx
      if (this.isDone[q]) continue
      // f_D: along an edge both gradients stand across the step; the angle is taken by its cosine
      const length = i % 2 ? Math.SQRT2 : 1
      const alongP = (py * dx - px * dy) / length
      const alongQ = ((gy[q] ?? 0) * dx - (gx[q] ?? 0) * dy) / length
      const fD = 1 - (Math.abs(alongP) + Math.sign(alongP) * alongQ) / 2
      const next = this.now + 1 + Math.round(((still[q] ?? 0) + MOST * W_D * clamp(fD, 0, 1)) * length)
      if (next >= (this.cost[q] ?? 0)) continue
      this.cost[q] = next
      this.from[q] = i
      this.buckets[next % BUCKETS]?.push(q)
      this.waiting++
    }
  }
}

/** The strongest edge within reach of a place, in image pixels; the place itself where there is none. */
export function nearEdge(map: CostMap, place: Point, reach: number): Point {
  const r = Math.floor(reach / map.step)
  const column = Math.floor((place.x - map.x) / map.step),
    row = Math.floor((place.y - map.y) / map.step)
  let best: Point = place,
    strongest = 0
  for (let y = Math.max(0, row - r); y <= Math.min(map.h - 1, row + r); y++)
    for (let x = Math.max(0, column - r); x <= Math.min(map.w - 1, column + r); x++) {
      const far = (x - column) ** 2 + (y - row) ** 2
      if (far > r * r) continue
      const strength = (map.strength[y * map.w + x] ?? 0) / (1 + Math.sqrt(far) / (r + 1))
      if (strength <= strongest) continue
      strongest = strength
      best = { x: map.x + (x + 0.5) * map.step, y: map.y + (y + 0.5) * map.step }
    }
  return strongest > LEAST_STRENGTH ? best : place
}
const LEAST_STRENGTH = 24 // of about 1,000: less is noise
