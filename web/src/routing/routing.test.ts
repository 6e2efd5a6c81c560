import { describe, expect, it } from 'vitest'
import { dayNames, endOf, shownEnd, toggleDay, WORKDAYS } from './hours'
import { asksNothing, draftOf, isSame, requirementOf, wordsOf } from './requirement'

describe('a requirement in the form', () => {
  const asked = { languages: { de: 'fluent' as const }, skills: { cars: 80 }, countries: ['KE', 'UG'], reliability: 0.9 }

  it('comes back from the form as it went in', () => {
    expect(requirementOf(draftOf(asked))).toEqual(asked)
  })

  it('leaves out rows without a name and what asks for nothing', () => {
    const draft = { ...draftOf({}), languages: [{ tag: ' ', level: 'basic' as const }], claimed: true }
    expect(requirementOf(draft)).toEqual({})
  })

  it('reads countries however they are parted', () => {
    expect(requirementOf({ ...draftOf({}), countries: 'ke; ug,TZ ' })).toEqual({ countries: ['KE', 'UG', 'TZ'] })
  })

  it('says in words what it asks for', () => {
    expect(wordsOf(asked, [])).toEqual(['German (fluent)', 'cars ≥ 80', 'Kenya or Uganda', 'reliability ≥ 90 %'])
    expect(wordsOf({ groups: ['g'] }, [{ group_id: 'g', name: 'Night shift', members: 2 }])).toEqual(['Night shift'])
    expect(asksNothing({ reviewers: true })).toBe(true)
  })

  it('is the same in another order', () => {
    expect(isSame({ countries: ['KE', 'UG'] }, { countries: ['UG', 'KE'], annotators: 'all' })).toBe(true)
    expect(isSame({ countries: ['KE'] }, {})).toBe(false)
  })
})

describe('working hours', () => {
  it('name the days from Monday on in the language that is read', () => {
    expect(dayNames()).toEqual(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'])
  })

  it('take a day in and out in order', () => {
    expect(toggleDay(toggleDay(WORKDAYS, 5), 0).days).toEqual([1, 2, 3, 4, 5])
  })

  it('show the end of the day as midnight', () => {
    expect(endOf('00:00')).toBe('24:00')
    expect(shownEnd({ ...WORKDAYS, ends: '24:00' })).toBe('00:00')
  })
})
