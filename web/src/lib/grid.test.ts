import { expect, test } from 'vitest'
import { layoutOf, moved, placesOf, scrollTo, visible } from './grid'

const grid = layoutOf('grid', 900)

test('only the rows near the window are drawn, however many there are', () => {
  const { from, to } = visible(grid, 10_000_000, 800, 1_000_000)

  expect(to - from).toBeLessThan(60)
  expect(from % grid.columns).toBe(0)
})

test('there is always a place for every entry that shows', () => {
  for (let scroll_px = 0; scroll_px < 2000; scroll_px += 7) {
    const { from, to } = visible(grid, scroll_px, 801, 1_000_000)
    expect(to - from).toBeLessThanOrEqual(placesOf(grid, 801))
  }
})

test('a million table rows are still within what a browser can scroll', () => {
  expect(layoutOf('table', 900).row_px * 1_000_000).toBeLessThan(33_000_000)
})

test('arrows move by one and by one row, and stop at the ends', () => {
  expect(moved('ArrowDown', 0, grid, 800, 100)).toBe(grid.columns)
  expect(moved('ArrowLeft', 0, grid, 800, 100)).toBe(0)
  expect(moved('End', 3, grid, 800, 100)).toBe(99)
  expect(moved('a', 0, grid, 800, 100)).toBeNull()
})

test('the list scrolls only when the entry is out of sight', () => {
  expect(scrollTo(0, grid, 0, 800)).toBe(0)
  expect(scrollTo(grid.columns * 10, grid, 0, 800)).toBe(11 * grid.row_px - 800)
  expect(scrollTo(0, grid, 500, 800)).toBe(0)
})
