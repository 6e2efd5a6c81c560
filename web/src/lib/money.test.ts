import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { setLanguage } from './language.svelte'
import { decimals, earnedSoFar, fromMinor, money, priceText, toMinor } from './money'

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

describe('a price in words', () => {
  beforeEach(() => vi.stubGlobal('document', { documentElement: {} }))
  afterEach(async () => {
    await setLanguage('en')
    vi.unstubAllGlobals()
  })

  it('says what it is for, and the most for one answer where it is counted', () => {
    const minute = { sort: 'minute', currency: 'EUR', amount_minor: 40, most_minor: 200 } as const
    expect(priceText(minute)).toBe('€0.40 for each minute of active time, up to €2.00 for one answer')
    expect(priceText({ ...minute, sort: 'task', most_minor: 0 })).toBe('€0.40 for each task')
    expect(priceText({ ...minute, sort: 'none' })).toBe('not paid')
  })

  it('follows the language, its digits and its signs too', async () => {
    expect([money(40, 'EUR', true), money(-40, 'EUR', true), money(40, 'EUR')]).toEqual(['+€0.40', '-€0.40', '€0.40'])
    await setLanguage('ar')
    expect(priceText({ sort: 'task', currency: 'EUR', amount_minor: 40, most_minor: 0 })).toMatch(/عن كل مهمة$/)
    expect(money(40, 'EUR')).toBe(new Intl.NumberFormat('ar', { style: 'currency', currency: 'EUR' }).format(0.4))
  })
})
