/** Languages, countries and times of the week in the reader's words. */

import { language } from '@/lib/language.svelte'

const made = new Map<string, Intl.DisplayNames>()

/** The names of one type in the reader's language, made once for each language. */
function namesOf(type: 'language' | 'region'): Intl.DisplayNames {
  const key = `${type} ${language.tag}`
  const names = made.get(key) ?? new Intl.DisplayNames(language.tag, { type, fallback: 'code' })
  made.set(key, names)
  return names
}

function named(type: 'language' | 'region', code: string): string {
  try {
    return namesOf(type).of(code) ?? code
  } catch {
    return code // not written as a code yet
  }
}

export const languageName = (tag: string): string => named('language', tag)
export const countryName = (code: string): string => (code ? named('region', code) : '')

/** Codes with their names, in the order of the names. */
export function byName(codes: readonly string[], name: (code: string) => string): { code: string; name: string }[] {
  return codes.map((code) => ({ code, name: name(code) })).sort((a, b) => a.name.localeCompare(b.name, language.tag))
}

const MONDAY = Date.UTC(2024, 0, 1)

/** 0 is Monday. */
export function dayName(day: number): string {
  return new Intl.DateTimeFormat(language.tag, { weekday: 'long', timeZone: 'UTC' }).format(MONDAY + day * 86_400_000)
}

/** 570 → "09:30"; the end of a day is 24:00. */
export function clockText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}

/** "09:30" → 570; null where it is no time of a day. */
export function clockMinute(text: string): number | null {
  const found = /^(\d{1,2}):(\d{2})$/.exec(text)
  const minute = found ? Number(found[1]) * 60 + Number(found[2]) : NaN
  return minute <= 1440 && Number(found?.[2]) < 60 ? minute : null
}
