/** Run lengths of a mask over rows, as COCO's compressed text; as kinds/mask/runs.py has it. */
import type { Bounds } from '../geometry'
import { sinceOf, type Area } from './area'

const FIRST = 48,
  MORE = 0x20,
  SIGN = 0x10,
  BITS = 5

/** 1 where the mask is, row by row; null where the text does not fill the rectangle. */
export function decode(text: string, width_px: number, height_px: number): Uint8Array | null {
  const bits = new Uint8Array(width_px * height_px)
  const counts: number[] = []
  let at = 0,
    number = 0,
    scale = 1
  for (let i = 0; i < text.length; i++) {
    const group = text.charCodeAt(i) - FIRST
    number += (group & (MORE - 1)) * scale
    scale *= 1 << BITS
    if (group & MORE) continue
    if (group & SIGN) number -= scale
    const count = number + (counts.length > 2 ? (counts[counts.length - 2] ?? 0) : 0)
    if (!(count >= 0) || at + count > bits.length) return null
    if (counts.length % 2) bits.fill(1, at, at + count)
    counts.push(count)
    at += count
    number = 0
    scale = 1
  }
  return at === bits.length ? bits : null
}

export function encode(bits: Uint8Array): string {
  return written(edgesIn(bits, 0, bits.length), bits.length)
}

const edges = new WeakMap<Bounds, Int32Array>()

/** The same of an area; where it was made from another of the same rectangle, only the rows that differ are read. */
export function encodeArea(area: Area): string {
  const found = edgesOf(area)
  edges.set(area, found)
  return written(found, area.bits.length)
}

function edgesOf(area: Area): Int32Array {
  const { area: before, marks: part } = sinceOf(area) ?? {}
  const known = before && edges.get(before)
  const isAlike = before && before.x === area.x && before.y === area.y && before.w === area.w && before.h === area.h
  if (!known || !isAlike || !part) return edgesIn(area.bits, 0, area.bits.length)
  const from = Math.max(0, part.y - area.y) * area.w,
    to = Math.min(area.h, part.y + part.h - area.y) * area.w + 1 // the border after the last row may have gone
  const end = Math.min(area.bits.length, to)
  const middle = edgesIn(area.bits, from, end)
  const first = known.subarray(0, placeIn(known, from)),
    last = known.subarray(placeIn(known, end))
  const all = new Int32Array(first.length + middle.length + last.length)
  all.set(first)
  all.set(middle, first.length)
  all.set(last, first.length + middle.length)
  return all
}

/** How many of the sorted numbers are below `limit`. */
function placeIn(numbers: Int32Array, limit: number): number {
  let low = 0,
    high = numbers.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] ?? 0) < limit) low = middle + 1
    else high = middle
  }
  return low
}

/** Where a run begins, of those that begin from `from` up to `end`; the first run of all is one outside. */
function edgesIn(bits: Uint8Array, from: number, end: number): Int32Array {
  let found = new Int32Array(1024),
    count = 0
  let inside = from > 0 ? (bits[from - 1] ?? 0) : 0
  for (let at = from; ; ) {
    const next = bits.indexOf(inside ? 0 : 1, at)
    if (next < 0 || next >= end) break
    if (count === found.length) {
      const larger = new Int32Array(2 * count)
      larger.set(found)
      found = larger
    }
    found[count++] = next
    inside = 1 - inside
    at = next
  }
  return found.slice(0, count)
}

const letters = new TextDecoder('latin1')

function written(starts: Int32Array, length: number): string {
  const characters = new Uint8Array(8 * (starts.length + 1))
  let size = 0,
    from = 0,
    last = 0,
    before = 0 // the counts one and two before
  for (let i = 0; i <= starts.length; i++) {
    const to = i < starts.length ? (starts[i] ?? 0) : length
    const count = to - from
    from = to
    let left = i > 2 ? count - before : count
    before = last
    last = count
    for (let isOpen = true; isOpen; ) {
      const group = left & (MORE - 1)
      left >>= BITS
      isOpen = left !== (group & SIGN ? -1 : 0)
      characters[size++] = (isOpen ? group | MORE : group) + FIRST
    }
  }
  return letters.decode(characters.subarray(0, size))
}
