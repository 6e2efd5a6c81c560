/** The magic wand: pixels that look like the one pressed, up to the next edge, or in the whole picture. Pure. */
import type { Bounds } from '../geometry'
import { closed, type Area } from './area'

/** A part of the picture: red, green, blue and alpha of each pixel, row by row. */
export interface Pixels extends Bounds {
  readonly data: Uint8ClampedArray
}

export interface Wish {
  /** How far a colour may lie off, from 0 to 255. */
  readonly tolerance: number
  /** Wherever such a pixel is, not only in one piece with the one pressed. */
  readonly isEverywhere: boolean
}

const LEAST_EDGE = 12 // of 255: differences between neighbours that noise makes too
const SMALLEST_HOLE = 12 // pixels: what a speck leaves open is closed

/** The pixels wished for around a place of the picture; null where it lies outside. */
export function likeAt(pixels: Pixels, x: number, y: number, { tolerance, isEverywhere }: Wish): Area | null {
  const column = Math.floor(x) - pixels.x,
    row = Math.floor(y) - pixels.y
  if (column < 0 || row < 0 || column >= pixels.w || row >= pixels.h) return null
  const isLike = likeness(pixels, column, row, tolerance)
  const bits = isEverywhere ? allOf(pixels, isLike) : spread(pixels, column, row, isLike, tolerance)
  fillSpecks(bits, pixels.w, pixels.h)
  return closed({ x: pixels.x, y: pixels.y, w: pixels.w, h: pixels.h, bits })
}

/** Whether a pixel's colour is near the mean around the one pressed; green counts most, as to the eye. */
function likeness({ data, w, h }: Pixels, column: number, row: number, tolerance: number): (at: number) => boolean {
  let red = 0,
    green = 0,
    blue = 0,
    count = 0
  for (let y = Math.max(0, row - 1); y <= Math.min(h - 1, row + 1); y++)
    for (let x = Math.max(0, column - 1); x <= Math.min(w - 1, column + 1); x++) {
      const at = 4 * (y * w + x)
      red += data[at] ?? 0
      green += data[at + 1] ?? 0
      blue += data[at + 2] ?? 0
      count++
    }
  red /= count
  green /= count
  blue /= count
  const most = 8 * tolerance * tolerance
  return (at) => {
    const r = (data[4 * at] ?? 0) - red,
      g = (data[4 * at + 1] ?? 0) - green,
      b = (data[4 * at + 2] ?? 0) - blue
    return 2 * r * r + 4 * g * g + 2 * b * b <= most
  }
}

function allOf({ w, h }: Pixels, isLike: (at: number) => boolean): Uint8Array {
  const bits = new Uint8Array(w * h)
  for (let at = 0; at < bits.length; at++) if (isLike(at)) bits[at] = 1
  return bits
}

/** In one piece with the start; nothing spreads over an edge, so that a gap in a border lets nothing through. */
function spread(
  pixels: Pixels,
  column: number,
  row: number,
  isLike: (at: number) => boolean,
  tolerance: number,
): Uint8Array {
  const { w, h, data } = pixels
  const bits = new Uint8Array(w * h)
  const edge = Math.max(LEAST_EDGE, tolerance)
  const light = (at: number) => ((data[4 * at] ?? 0) + 2 * (data[4 * at + 1] ?? 0) + (data[4 * at + 2] ?? 0)) / 4
  const isEdge = (at: number, x: number) => {
    const across = x > 0 && x < w - 1 ? Math.abs(light(at + 1) - light(at - 1)) : 0
    const down = at >= w && at < w * (h - 1) ? Math.abs(light(at + w) - light(at - w)) : 0
    return across + down > edge
  }
  let stack = new Int32Array(4096),
    top = 0
  const take = (at: number) => {
    if (bits[at] || !isLike(at)) return
    bits[at] = 1
    if (top === stack.length) {
      const larger = new Int32Array(2 * top)
      larger.set(stack)
      stack = larger
    }
    stack[top++] = at
  }
  const start = row * w + column
  bits[start] = 1
  stack[top++] = start
  while (top) {
    const at = stack[--top] ?? 0
    const x = at % w
    if (at !== start && isEdge(at, x)) continue
    if (x > 0) take(at - 1)
    if (x < w - 1) take(at + 1)
    if (at >= w) take(at - w)
    if (at < w * (h - 1)) take(at + w)
  }
  return bits
}

/** Closes holes of a few pixels, as noise leaves them. */
function fillSpecks(bits: Uint8Array, w: number, h: number): void {
  const OPEN = 2 // looked at, and not to be closed
  for (let at = bits.indexOf(0); at >= 0; at = bits.indexOf(0, at + 1)) {
    if (!isBeside(bits, at, w)) continue
    const hole = [at]
    bits[at] = OPEN
    let isOutside = false
    for (let i = 0; i < hole.length && hole.length <= SMALLEST_HOLE; i++) {
      const here = hole[i] ?? 0,
        x = here % w
      if (x === 0 || x === w - 1 || here < w || here >= w * (h - 1)) {
        isOutside = true
        break
      }
      for (const next of [here - 1, here + 1, here - w, here + w]) {
        if (bits[next] === OPEN && !hole.includes(next)) isOutside = true // one with what was found to be open
        if (bits[next] === 0) {
          bits[next] = OPEN
          hole.push(next)
        }
      }
    }
    if (!isOutside && hole.length <= SMALLEST_HOLE) for (const one of hole) bits[one] = 1
  }
  for (let at = bits.indexOf(OPEN); at >= 0; at = bits.indexOf(OPEN, at + 1)) bits[at] = 0
}

/** Whether a marked pixel lies on its left: holes are met there first. */
const isBeside = (bits: Uint8Array, at: number, w: number): boolean => at % w > 0 && bits[at - 1] === 1
