/** Numbers, shares, times and dates in the reader's locale. */

import { language, say } from './language.svelte'
import { UNKNOWN } from './messages'

export const NONE = UNKNOWN

/** 7,764; unknown is a dash. */
export function number(value: number | null | undefined, digits = 0): string {
  if (value == null || !Number.isFinite(value)) return NONE
  return new Intl.NumberFormat(language.tag, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    value,
  )
}

/** 0.018 → "1.8 %". */
export function percent(share: number | null | undefined, digits = 1): string {
  if (share == null || !Number.isFinite(share)) return NONE
  return say('format.percent', { value: number(share * 100, digits) })
}

/** "1.2 – 2.6 %"; unknown ends are a dash. */
export function percentRange(low: number | null | undefined, high: number | null | undefined, digits = 1): string {
  if (low == null || high == null) return NONE
  return say('format.range', { low: number(low * 100, digits), high: percent(high, digits) })
}

/** "0.904 – 0.919". */
export function range(low: number | null | undefined, high: number | null | undefined, digits = 3): string {
  if (low == null || high == null) return NONE
  return say('format.range', { low: number(low, digits), high: number(high, digits) })
}

const SPANS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

/** "2 hours ago", relative to `now`. */
export function ago(at: string | null | undefined, now: Date = new Date()): string {
  if (!at) return NONE
  const seconds = (new Date(at).getTime() - now.getTime()) / 1000
  const relative = new Intl.RelativeTimeFormat(language.tag, { numeric: 'auto' })
  for (const [unit, size] of SPANS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit)
  }
  return say('format.just_now')
}

/** "2 h", "41 s", "1 min 05 s": how long something takes. */
export function duration(seconds: number | null | undefined): string {
  if (seconds == null || !Number.isFinite(seconds)) return NONE
  if (seconds < 60) return say('format.seconds', { seconds: number(seconds, seconds < 10 ? 1 : 0) })
  const whole = Math.round(seconds)
  if (whole < 3600) return say('format.minutes', { minutes: Math.floor(whole / 60), seconds: padded(whole % 60) })
  const hours = Math.floor(whole / 3600)
  if (whole < 86_400) return say('format.hours', { hours, minutes: padded(Math.floor((whole % 3600) / 60)) })
  return say('format.days', { days: Math.floor(whole / 86_400), hours: hours % 24 })
}

function padded(value: number): string {
  return new Intl.NumberFormat(language.tag, { minimumIntegerDigits: 2 }).format(value)
}

/** "22 Nov 2026" or, with the time, "22 Nov 2026, 08:15". */
export function date(at: string | Date | null | undefined, withTime = false): string {
  if (!at) return NONE
  const style: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric' }
  if (withTime) Object.assign(style, { hour: '2-digit', minute: '2-digit' })
  return new Intl.DateTimeFormat(language.tag, style).format(new Date(at))
}

/** "08:15", or with seconds "08:15:04": a time of today. */
export function clock(at: string | Date, withSeconds = false): string {
  const style: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' }
  if (withSeconds) style.second = '2-digit'
  return new Intl.DateTimeFormat(language.tag, style).format(new Date(at))
}

/** "3 Dec": a day of about this year. */
export function day(at: string | Date): string {
  return new Intl.DateTimeFormat(language.tag, { day: 'numeric', month: 'short' }).format(new Date(at))
}

/** "3 – 5 Dec" as the locale writes it. */
export function dayRange(low: string, high: string): string {
  return new Intl.DateTimeFormat(language.tag, { day: 'numeric', month: 'short' }).formatRange(
    new Date(low),
    new Date(high),
  )
}

/** "box, polygon": as the language strings words together. */
export function list(words: readonly string[]): string {
  return new Intl.ListFormat(language.tag, { style: 'short', type: 'unit' }).format(words)
}

/** "9f2c…e1": a hash one can tell apart at a glance. */
export function shortHash(hash: string): string {
  return hash.length > 8 ? `${hash.slice(0, 4)}…${hash.slice(-2)}` : hash
}
