/** Cutting and joining areas. Pure; an area is rings as data holds them: the outer outline, then its holes. */
import clipping from 'polygon-clipping'
import { areaOf, nearestOnSegment, round, type Ring, type XY } from './geometry'

export type Area = readonly Ring[]

const CRUMB_PX2 = 0.5 // what is smaller than this is no part and no hole, but what rounding left
const BLADE_PX = 0.001 // half the width that a cutting line takes away; rounding closes it
const REACH_PX = 0.2 // a line that ends on the border is meant to go through it
const SAME_PX = 0.15 // ends of a slit that rounding may have moved apart

/** The parts that the area around these points leaves, the largest first; null where it takes nothing away. */
export function cutOut(area: Area, points: Ring): Ring[][] | null {
  const parts = parted(clipping.difference(plain(area), plain([points])))
  return sizeOf(parts) > sizeOf([area]) - CRUMB_PX2 ? null : parts
}

/** The parts on both sides of a line, the largest first; null where it does not divide the area. */
export function divided(area: Area, line: Ring): Ring[][] | null {
  const last = line.length - 2
  const blades = line
    .slice(1)
    .flatMap((to, i) => bladeOf(line[i] ?? to, to, i ? BLADE_PX : REACH_PX, i < last ? BLADE_PX : REACH_PX))
  if (!blades.length) return null
  const parts = parted(clipping.difference(plain(area), ...blades))
  return parts.length > 1 ? parts : null
}

/** Two areas as one; null where they do not touch. */
export function joined(a: Area, b: Area): Ring[] | null {
  const [whole, ...others] = parted(clipping.union(plain(a), plain(b)))
  return whole && !others.length ? whole : null
}

/** Outer outlines less their holes. */
const sizeOf = (areas: readonly Area[]): number =>
  areas.reduce((sum, [outer = [], ...holes]) => sum + areaOf(outer) - holes.reduce((n, hole) => n + areaOf(hole), 0), 0)

const plain = (area: Area): XY[][] => area.map((ring) => ring.map(([x, y]): XY => [x, y]))

/** A very thin rectangle along the line, reaching over its ends by these much. */
function bladeOf([ax, ay]: XY, [bx, by]: XY, before: number, after: number): XY[][][] {
  const length = Math.hypot(bx - ax, by - ay)
  if (!length) return []
  const x = (bx - ax) / length,
    y = (by - ay) / length
  const u = -y * BLADE_PX,
    v = x * BLADE_PX
  const from = [ax - x * before, ay - y * before] as const,
    to = [bx + x * after, by + y * after] as const
  const ring: XY[] = [
    [from[0] + u, from[1] + v],
    [to[0] + u, to[1] + v],
    [to[0] - u, to[1] - v],
    [from[0] - u, from[1] - v],
  ]
  return [[ring]]
}

/** Areas as data holds them: rounded, their rings not closed, without slits and crumbs. */
function parted(areas: readonly XY[][][]): Ring[][] {
  return areas
    .map((rings) => rings.map(tidy))
    .filter(([outer]) => outer && areaOf(outer) >= CRUMB_PX2)
    .map(([outer = [], ...holes]) => [outer, ...holes.filter((hole) => areaOf(hole) >= CRUMB_PX2)])
    .sort((a, b) => sizeOf([b]) - sizeOf([a]))
}

/** Rounded, and without points that lead nowhere: repeated ones, and tips of slits. */
function tidy(closed: Ring): Ring {
  let ring = closed.slice(0, -1).map(([x, y]): XY => [round(x), round(y)])
  for (let before = -1; before !== ring.length && ring.length > 2;) {
    before = ring.length
    ring = ring.filter((point, i) => isCorner(ring.at(i - 1) ?? point, point, ring[(i + 1) % ring.length] ?? point))
  }
  return ring
}

/** False for a point that its neighbour repeats, and for one from which the outline goes back the way it came. */
function isCorner(before: XY, point: XY, after: XY): boolean {
  if (before[0] === point[0] && before[1] === point[1]) return false
  return !isBack(before, point, after) && !isBack(after, point, before)
}

/** Whether `c` lies on the way from `b` back to `a`. */
function isBack(a: XY, b: XY, c: XY): boolean {
  const dot = (a[0] - b[0]) * (c[0] - b[0]) + (a[1] - b[1]) * (c[1] - b[1])
  const at = nearestOnSegment({ x: c[0], y: c[1] }, a, b)
  return dot > 0 && Math.hypot(at.x - c[0], at.y - c[1]) < SAME_PX
}
