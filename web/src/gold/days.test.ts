import { expect, it } from 'vitest'
import { dayPoints, lineOf } from './days'

const UP = { from: 0, to: 1, start_px: 100, end_px: 0 }
const of = (day: string, share: number) => ({
  day,
  answers: { answered: 10, right: share * 10, share, low: share - 0.1, high: share + 0.1 },
})

it('places days by their distance in time and shares from the bottom up', () => {
  const points = dayPoints([of('2026-11-01', 0.5), of('2026-11-02', 1), of('2026-11-05', 0.8)], { start_px: 0, end_px: 400 }, UP)

  expect(points.map((point) => Math.round(point.x))).toEqual([0, 100, 400])
  expect(points.map((point) => Math.round(point.y))).toEqual([50, 0, 20])
  expect(lineOf(points.slice(0, 2))).toBe('M0.0 50.0L100.0 0.0')
})

it('places a single day at the start, and not nowhere', () => {
  expect(dayPoints([of('2026-11-01', 0.5)], { start_px: 8, end_px: 400 }, UP)[0]?.x).toBe(8)
})
