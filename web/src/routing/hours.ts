/** Working hours in the form: one row for the days that share their times. */
import type { Shift } from '../generated/types'
import { language } from '../lib/language.svelte'

/** Monday first, in the reader's language. */
export function dayNames(): readonly string[] {
  const style = new Intl.DateTimeFormat(language.tag, { weekday: 'short', timeZone: 'UTC' })
  return Array.from({ length: 7 }, (_, day) => style.format(Date.UTC(2024, 0, 1 + day)))
}

export const WORKDAYS: Shift = { days: [0, 1, 2, 3, 4], begins: '08:00', ends: '18:00' }

/** The shift with a day in it or out of it. */
export function toggleDay(shift: Shift, day: number): Shift {
  const days = shift.days.includes(day) ? shift.days.filter((one) => one !== day) : [...shift.days, day]
  return { ...shift, days: days.sort((a, b) => a - b) }
}

/** What a field of type time shows: the day's end is 00:00 there. */
export const shownEnd = (shift: Shift): string => (shift.ends === '24:00' ? '00:00' : shift.ends)
export const endOf = (shown: string): string => (shown === '00:00' ? '24:00' : shown)

/** All time zones that this browser knows. */
export function timeZones(): readonly string[] {
  return Intl.supportedValuesOf('timeZone')
}
