import { expect, test } from 'vitest'
import type { ForMe } from '@/generated/types'
import { againInMs, whyLater } from './turn'

const MINE: ForMe = { qualifies: true, lacking: [], opens_at: null, why_not: '', quotas: [] }
const AT = '2026-11-22T14:05:00Z'
const NOW = Date.parse('2026-11-22T14:04:00Z')

test('who is first has nothing to wait for', () => {
  expect(whyLater(MINE)).toBeNull()
  expect(againInMs(MINE, NOW)).toBeNull()
})

test('who comes later is told by which rule, and the page asks a moment after that time', () => {
  const waits: ForMe = { ...MINE, preference: 'least_work', comes_first: false, again_at: AT }
  expect(whyLater(waits)?.text).toContain('fewer answers than you')
  expect(whyLater({ ...waits, preference: 'best' })?.text).toContain('right most often')
  expect(againInMs(waits, NOW)).toBe(61_500)
})

test('what is kept for others is counted', () => {
  expect(whyLater({ ...MINE, kept_for_others: 2, again_at: AT })?.text).toContain('2 answers wait')
})

test('a rule of the project comes before, and a clock that is wrong makes no storm of calls', () => {
  expect(whyLater({ ...MINE, again_at: AT, why_not: 'The project opens at 08:00.' })).toBeNull()
  expect(againInMs({ ...MINE, again_at: AT }, NOW + 86_400_000)).toBe(1500)
  expect(againInMs({ ...MINE, again_at: AT }, NOW - 86_400_000)).toBe(600_000)
})
