import { expect, test } from 'vitest'
import { language } from '@/lib/language.svelte'
import { toCsv } from './csv'
import { byName, clockMinute, clockText, countryName, dayName, languageName } from './names'

test('a cell that a spreadsheet would run stays text, and quotes are doubled', () => {
  expect(toCsv([['=1+1', 'a "b"', 'c,d', 3]])).toBe('\'=1+1,"a ""b""","c,d",3\r\n')
})

test('times of a day go both ways, and what is none is null', () => {
  expect([0, 570, 1440].map(clockText).map(clockMinute)).toEqual([0, 570, 1440])
  expect(['25:00', '9:75', 'nine', ''].map(clockMinute)).toEqual([null, null, null, null])
})

test('codes stand in the order of their names', () => {
  const names: Record<string, string> = { de: 'German', ar: 'Arabic', pt: 'Portuguese' }
  expect(byName(['pt', 'de', 'ar'], (code) => names[code] ?? code).map(({ code }) => code)).toEqual(['ar', 'de', 'pt'])
})

test('languages, countries and days are named in the language that is read now', () => {
  const before = language.tag
  const named = (tag: string) => {
    language.tag = tag
    return [languageName('de'), countryName('EG'), dayName(0), languageName('not a tag')]
  }

  expect(named('en')).toEqual(['German', 'Egypt', 'Monday', 'not a tag'])
  expect(named('ar')).toEqual(['الألمانية', 'مصر', 'الاثنين', 'not a tag'])
  language.tag = before
})
