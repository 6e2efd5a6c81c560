import { describe, expect, test } from 'vitest'
import { place, roundUp, ticks } from './scale'

describe('axes', () => {
  test('ticks are round and lie within the range', () => {
    expect(ticks(0, 10_000, 4)).toEqual([0, 2500, 5000, 7500, 10_000])
    expect(ticks(0.85, 1, 3)).toEqual([0.85, 0.9, 0.95, 1])
  })

  test('the top of an axis is at or above the highest value', () => {
    for (const value of [1, 3, 7, 12, 99, 101, 7764, 1_000_000]) expect(roundUp(value)).toBeGreaterThanOrEqual(value)
    expect(roundUp(0)).toBe(1)
  })

  test('a scale without length puts its value in the middle', () => {
    expect(place({ from: 5, to: 5, start_px: 0, end_px: 100 }, 5)).toBe(50)
  })
})
