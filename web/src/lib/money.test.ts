import { describe, expect, it } from 'vitest'
import { decimals, earnedSoFar, fromMinor, toMinor } from './money'

describe('money', () => {
  it('reads what a person types, with a point or a comma', () => {
    expect(['12.34', '12,3', '12', '-0.05'].map((text) => toMinor(text, 'EUR'))).toEqual([1234, 1230, 1200, -5])
    expect(toMinor('500', 'JPY')).toBe(500)
  })

  it('refuses what is no amount of the currency', () => {
    expect(['', '1.234', 'a', '1.2.3', '9'.repeat(20)].map((text) => toMinor(text, 'EUR'))).toEqual(Array(5).fill(null))
    expect(toMinor('1.5', 'JPY')).toBe(null)
  })

  it('comes back as it was typed', () => {
    expect(toMinor(fromMinor(1205, 'KWD'), 'KWD')).toBe(1205)
    expect([decimals('EUR'), decimals('JPY'), decimals('KWD')]).toEqual([2, 0, 3])
  })

  it('counts what a task has earned as the server does', () => {
    const minute = { sort: 'minute', currency: 'EUR', amount_minor: 30, most_minor: 100 } as const
    expect([0, 1, 60, 90, 600].map((seconds) => earnedSoFar(minute, 0, seconds))).toEqual([0, 1, 30, 45, 100])
    expect(earnedSoFar({ ...minute, sort: 'object' }, 4, 0)).toBe(100)
    expect(earnedSoFar({ ...minute, sort: 'answer' }, 0, 0)).toBe(30)
  })
})
