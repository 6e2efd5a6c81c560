import { expect, test } from 'vitest'
import { toCsv } from './csv'
import { byName, clockMinute, clockText } from './names'

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
