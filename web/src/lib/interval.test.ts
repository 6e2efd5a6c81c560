import { expect, test } from 'vitest'
import { wilson } from './interval'

test('a larger sample makes a narrower interval', () => {
  const width = (n: number) => wilson(0.02, n).high - wilson(0.02, n).low

  expect([50, 100, 400, 1600].map(width)).toEqual([50, 100, 400, 1600].map(width).sort((a, b) => b - a))
})

test('no error among 100 leaves up to 3.7 %', () => {
  expect(wilson(0, 100).high).toBeCloseTo(0.037, 3)
})

test('nothing checked, nothing known', () => {
  expect(wilson(0, 0)).toEqual({ low: 0, high: 1 })
})
