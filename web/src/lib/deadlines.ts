/** Deadlines in words: how something stands before its date, and what would help. */
import type { DeadlineRow } from '../generated/types'
import { date, number, percent } from './format'
import { language, say, sayReason } from './language.svelte'

export const STANDINGS = ['late', 'at_risk', 'on_time', 'done', 'unknown'] as const
export type Standing = (typeof STANDINGS)[number]

export function standingTitle(standing: string): string {
  switch (standing) {
    case 'late':
      return say('deadline.late')
    case 'at_risk':
      return say('deadline.at_risk')
    case 'on_time':
      return say('deadline.on_time')
    case 'done':
      return say('deadline.done')
    default:
      return say('deadline.unknown')
  }
}

/** "Thu 26 Nov, 14:00" in the zone it was set in, which is named where it is not the reader's. */
export function dueText(at: string, zone: string): string {
  const style: Intl.DateTimeFormatOptions = {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone || 'UTC',
    timeZoneName: 'short',
  }
  try {
    return new Intl.DateTimeFormat(language.tag, style).format(new Date(at))
  } catch {
    return date(at, true) // a zone that this browser does not know
  }
}

const timeText = (at: string): string =>
  new Intl.DateTimeFormat(language.tag, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(at))

/** A simulated chance, of which neither 0 nor 100 % is ever known. */
export const likely = (chance: number): string => percent(Math.min(0.99, Math.max(0.01, chance)), 0)

const dayText = (at: string | null | undefined): string =>
  at ? new Intl.DateTimeFormat(language.tag, { weekday: 'short', day: 'numeric', month: 'short' }).format(new Date(at)) : ''

/** When it will be done, in one sentence. */
export function forecastText(row: DeadlineRow): string {
  if (row.standing === 'done') return say('deadline.everything_is_settled')
  if (!row.mid_at) return sayReason(row.reason)
  return say('deadline.done_by', { mid: timeText(row.mid_at), low: dayText(row.low_at), high: dayText(row.high_at) })
}

/** How likely it is in time, or by how much it is late; empty where that cannot be told. */
export function chanceText(row: DeadlineRow): string {
  if (row.standing === 'done' || row.chance === null) return ''
  if (row.standing !== 'late' || row.late_days === null)
    return say('deadline.likely_in_time', { chance: likely(row.chance) })
  return row.late_days < 1
    ? say('deadline.late_by_hours', { hours: Math.max(1, Math.round(row.late_days * 24)) })
    : say('deadline.late_by_days', { days: Math.round(row.late_days) })
}

/** What would make it in time; empty where nothing is needed, or nothing can be said. */
export function helpText(row: DeadlineRow): string {
  const more = row.more_per_day
  if (row.standing === 'done' || more === null) return ''
  const now = number(row.per_day, (row.per_day ?? 0) < 10 ? 1 : 0)
  if (row.slow_stage === 'review')
    return row.more_people === null
      ? say('deadline.more_reviews', { more, now })
      : say('deadline.more_reviewers_or_reviews', { more, now, people: row.more_people })
  return row.more_people === null
    ? say('deadline.more_answers', { more, now })
    : say('deadline.more_people_or_answers', { more, now, people: row.more_people })
}

/** What a `datetime-local` field shows of a time, by the browser's clock; empty without one. */
export function localOf(at: string | null | undefined): string {
  if (!at) return ''
  const time = new Date(at)
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
