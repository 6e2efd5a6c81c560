import { describe, expect, it } from 'vitest'
import { areaOf } from '../geometry'
import type { Area } from '../pixels/area'
import { partsOf } from '../pixels/trace'
import { likeAt, type Pixels } from '../pixels/wand'
import { costsOf, nearEdge, Wire } from '../pixels/wire'
import { seeded } from './random'

const area = (rows: readonly string[], x = 0, y = 0): Area => ({
  x,
  y,
  w: rows[0]?.length ?? 0,
  h: rows.length,
  bits: Uint8Array.from(rows.join(''), (one) => (one === '#' ? 1 : 0)),
})

/** Grey from a function of the place. */
function picture(w: number, h: number, grey: (x: number, y: number) => number): Pixels {
  const data = new Uint8ClampedArray(4 * w * h)
  for (let i = 0; i < w * h; i++) data.fill(grey(i % w, Math.floor(i / w)), 4 * i, 4 * i + 3)
  return { x: 0, y: 0, w, h, data }
}
const inDisc = (x: number, y: number) => Math.hypot(x + 0.5 - 50, y + 0.5 - 40) < 25
const count = (one: Area | null) => one?.bits.reduce((n, bit) => n + bit, 0) ?? 0

describe('outlines of pixels', () => {
  it('keep each part with its holes, and parts that touch at a corner apart', () => {
    const parts = partsOf(area(['####.', '#..#.', '####.', '....#'], 10, 20))

    expect(parts.map((rings) => rings.map(areaOf))).toEqual([[12, 2], [1]])
    expect(parts[0]?.[0]).toContainEqual([10, 20])
  })

  it('hold exactly the pixels, whatever they are', () => {
    const next = seeded(5)
    const bits = Uint8Array.from({ length: 30 * 20 }, () => (next() < 0.6 ? 1 : 0))
    const parts = partsOf({ x: 3, y: 4, w: 30, h: 20, bits })
    const inside = parts.reduce((n, [outer, ...holes]) => n + areaOf(outer) - holes.reduce((m, one) => m + areaOf(one), 0), 0)

    expect(inside).toBe(bits.reduce((n, bit) => n + bit, 0))
  })
})

describe('the wand', () => {
  const next = seeded(9)
  const disc = picture(100, 80, (x, y) => (inDisc(x, y) ? 160 : 90) + 6 * next())

  it('takes one thing of one colour, with its noise', () => {
    const found = likeAt(disc, 50, 40, { tolerance: 20, isEverywhere: false })

    expect(count(found)).toBeGreaterThan(0.97 * Math.PI * 25 ** 2)
    expect(count(found)).toBeLessThan(1.03 * Math.PI * 25 ** 2)
  })

  it('takes more with more tolerance', () => {
    const shade = picture(100, 10, (x) => 2 * x)
    const wide = [5, 20, 60].map((tolerance) => likeAt(shade, 50, 5, { tolerance, isEverywhere: false })?.w ?? 0)

    expect(wide[0]).toBeLessThan(wide[1] ?? 0)
    expect(wide[1]).toBeLessThan(wide[2] ?? 0)
  })

  it('stops at an edge that the tolerance would let it cross', () => {
    const two = picture(100, 10, (x) => (x < 50 ? 100 : x === 50 ? 160 : 108))
    const at = { tolerance: 30, isEverywhere: false }

    expect(likeAt(two, 20, 5, at)?.w).toBeLessThan(52)
    expect(likeAt(two, 20, 5, { ...at, isEverywhere: true })?.w).toBe(100)
  })
})

describe('scissors', () => {
  const disc = picture(100, 80, (x, y) => (inDisc(x, y) ? 200 : 60))

  it('follow an edge around, not the straight way', () => {
    const wire = new Wire(costsOf(disc, 1), { x: 50, y: 15 })
    const way = wire.to({ x: 50, y: 65 })
    const off = way.map(([x, y]) => Math.abs(Math.hypot(x - 50, y - 40) - 25))

    expect(Math.max(...off)).toBeLessThan(3)
    expect(way.length).toBeGreaterThan(55)
  })

  it('begin at the edge that is near', () => {
    const at = nearEdge(costsOf(disc, 1), { x: 50, y: 19 }, 6)

    expect(Math.abs(Math.hypot(at.x - 50, at.y - 40) - 25)).toBeLessThan(1.6)
    expect(nearEdge(costsOf(disc, 1), { x: 8, y: 8 }, 6)).toEqual({ x: 8, y: 8 })
  })

  it('go straight to a place beyond what they see', () => {
    const way = new Wire(costsOf(disc, 2), { x: 10, y: 10 }).to({ x: 300, y: 40 })

    expect(way.at(-1)).toEqual([300, 40])
  })
})
