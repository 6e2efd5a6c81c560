import { describe, expect, test } from 'vitest'
import { ago, duration, list, percentRange, shortHash } from './format'

describe('figures', () => {
  test('an unknown interval is a dash, a known one has its unit', () => {
    expect(percentRange(null, 0.2)).toBe('–')
    expect(percentRange(0.012, 0.026)).toMatch(/1.2 – 2.6 %/)
  })

  test('durations keep two units at most', () => {
    expect(duration(41)).toBe('41 s')
    expect(duration(65)).toBe('1 min 05 s')
    expect(duration(7320)).toBe('2 h 02 min')
    expect(duration(null)).toBe('–')
  })

  test('times are told relative to the given now', () => {
    const now = new Date('2026-01-02T00:00:00Z')

    expect(ago('2026-01-01T22:00:00Z', now)).toBe('2 hours ago')
    expect(ago('2026-01-01T23:59:50Z', now)).toBe('just now')
  })

  test('words are strung together', () => {
    expect(list(['Box', 'Polygon'])).toBe('Box, Polygon')
  })

  test('a hash shows both of its ends', () => {
    expect(shortHash('9f2c0000aae1')).toBe('9f2c…e1')
  })
})
