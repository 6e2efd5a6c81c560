/** The outlines of a set of pixels, along their borders; pixels that touch at a corner only are two parts. Pure. */
import { areaOf, isInside, type Ring, type XY } from '../geometry'
import type { Area } from './area'

/** One part: its outer ring, then the rings of its holes. */
export type Part = readonly [Ring, ...Ring[]]

const MOVES = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const
/** From a corner, looking along a move: the pixel ahead on the right, where the inside is, and the one on the left. */
const RIGHT = [
  [0, 0],
  [-1, 0],
  [-1, -1],
  [0, -1],
] as const
const LEFT = [
  [0, -1],
  [0, 0],
  [-1, 0],
  [-1, -1],
] as const

/** The parts of at least `least` square pixels, the largest first; smaller holes are left out too. */
export function partsOf(area: Area, least = 1): Part[] {
  const rings = ringsOf(area).filter((ring) => areaOf(ring) >= least)
  const outer = rings.filter(isClockwise).sort((a, b) => areaOf(b) - areaOf(a))
  const parts = outer.map((ring): [Ring, ...Ring[]] => [ring])
  for (const hole of rings.filter((ring) => !isClockwise(ring))) {
    const [x, y] = hole[0] ?? [0, 0]
    // just outside the hole's topmost left corner lies the part that it is in
    const around = parts.findLast(([ring]) => isInside([ring], { x: x + 0.5, y: y - 0.5 }))
    around?.push(hole)
  }
  return parts
}

/** Every border, once around: clockwise where it is an outer one. */
function ringsOf({ x: left, y: top, w, h, bits }: Area): XY[][] {
  const has = (x: number, y: number) => x >= 0 && y >= 0 && x < w && y < h && bits[y * w + x] === 1
  const seen = new Uint8Array(w * h)
  const found: XY[][] = []
  for (let y = 0; y < h; y++)
    for (let at = bits.indexOf(1, y * w); at >= 0 && at < (y + 1) * w; at = bits.indexOf(1, at + 1)) {
      const x = at - y * w
      if (!seen[at] && !has(x, y - 1)) found.push(followed(x, y))
    }
  return found

  /** From the upper side of a pixel around and back to it. */
  function followed(startX: number, startY: number): XY[] {
    const ring: XY[] = []
    let x = startX,
      y = startY,
      go = 0
    do {
      if (go === 0) seen[y * w + x] = 1
      const [dx, dy] = MOVES[go] ?? [0, 0]
      x += dx
      y += dy
      const [rx, ry] = RIGHT[go] ?? [0, 0],
        [lx, ly] = LEFT[go] ?? [0, 0]
      const turn = !has(x + rx, y + ry) ? 1 : has(x + lx, y + ly) ? 3 : 0
      if (turn) ring.push([left + x, top + y])
      go = (go + turn) % 4
    } while (x !== startX || y !== startY || go !== 0)
    return ring
  }
}

/** As one sees it: the picture's second axis goes down. */
function isClockwise(ring: Ring): boolean {
  let twice = 0
  ring.forEach(([x, y], i) => {
    const [u, v] = ring[(i + 1) % ring.length] ?? [x, y]
    twice += x * v - u * y
  })
  return twice > 0
}
