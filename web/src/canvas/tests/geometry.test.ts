import { describe, expect, it } from 'vitest'
import {
  boundsAt,
  boundsOf,
  isInside,
  nearestEdge,
  nearestOnSegment,
  roundedInside,
  shared,
  shiftInside,
  simplify,
  type XY,
} from '../geometry'
import { boundsIn, outlineAround, pointIn, seeded } from './random'

const random = seeded(5)
const SQUARE: XY[] = [
  [0, 0],
  [10, 0],
  [10, 10],
  [0, 10],
]
const HOLE: XY[] = [
  [4, 4],
  [6, 4],
  [6, 6],
  [4, 6],
]

describe('geometry', () => {
  it('finds a point in the outline but not in its hole', () => {
    expect(isInside([SQUARE, HOLE], { x: 2, y: 2 })).toBe(true)
    expect(isInside([SQUARE, HOLE], { x: 5, y: 5 })).toBe(false)
    expect(isInside([SQUARE, HOLE], { x: 12, y: 5 })).toBe(false)
  })

  it('finds the nearest edge, also the one that closes the outline', () => {
    expect(nearestEdge([SQUARE], { x: 1, y: 5 })).toMatchObject({ ring: 0, index: 3, distance: 1, at: { x: 0, y: 5 } })
  })

  it('answers with the end of a segment beyond its ends', () => {
    expect(nearestOnSegment({ x: -5, y: 3 }, [0, 0], [10, 0])).toEqual({ x: 0, y: 0 })
  })

  it('keeps a shifted object inside the picture', () => {
    const frame = { width_px: 1000, height_px: 800 }
    for (let i = 0; i < 200; i++) {
      const b = boundsIn(random, 900, 700, 100)

      const [x, y] = [random() * 4000 - 2000, random() * 4000 - 2000]
      const by = shiftInside(b, { x: 7, y: 9 }, { x: x + 7, y: y + 9 }, frame)

      expect(b.x + by.x).toBeGreaterThanOrEqual(-1e-9)
      expect(b.x + b.w + by.x).toBeLessThanOrEqual(1000 + 1e-9)
      expect(b.y + by.y).toBeGreaterThanOrEqual(-1e-9)
      expect(b.y + b.h + by.y).toBeLessThanOrEqual(800 + 1e-9)
    }
  })

  it('makes room of the size that is asked for wherever it is asked for, or as much as there is', () => {
    const frame = { width_px: 100, height_px: 40 }

    expect(boundsAt({ x: 50, y: 20 }, 20, frame)).toEqual({ x: 40, y: 10, w: 20, h: 20 })
    expect(boundsAt({ x: -5, y: 39 }, 60, frame)).toEqual({ x: 0, y: 0, w: 60, h: 40 })
    expect(roundedInside(100.04, -3, frame)).toEqual([100, 0])
  })

  it('shares the same with either first', () => {
    for (let i = 0; i < 100; i++) {
      const a = boundsIn(random, 100, 100, 80),
        b = boundsIn(random, 100, 100, 80)

      expect(shared(a, b)).toEqual(shared(b, a))
    }
  })

  it('simplifies without moving the outline by more than it was allowed', () => {
    for (let i = 0; i < 60; i++) {
      const ring = outlineAround(random, pointIn(random, 500, 500), 80, 4 + Math.floor(random() * 200))
      const tolerance = random() * 6

      const simple = simplify(ring, tolerance)

      expect(simple.length).toBeGreaterThanOrEqual(2)
      for (const [x, y] of ring) expect(nearestEdge([simple], { x, y })?.distance).toBeLessThanOrEqual(tolerance + 1e-9)
    }
  })

  it('leaves a straight border only its corners', () => {
    const dense = [0, 1, 2, 3].flatMap((side) =>
      Array.from({ length: 25 }, (_, i): XY => {
        const t = i / 25
        return [
          [t, 0],
          [1, t],
          [1 - t, 1],
          [0, 1 - t],
        ][side]?.map((n) => n * 100) as XY
      }),
    )

    expect(simplify(dense, 0.1)).toEqual([
      [0, 0],
      [100, 0],
      [100, 100],
      [0, 100],
    ])
  })

  it('has bounds of no size where there is no point', () => {
    expect(boundsOf([])).toEqual({ x: 0, y: 0, w: 0, h: 0 })
  })
})
