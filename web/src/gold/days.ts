/** The share right on gold over time, as things to draw. */
import { place, type Scale } from '@/charts/scale'
import type { GoldDay } from '@/generated/types'

export interface Point {
  readonly day: string
  readonly x: number
  readonly y: number
  readonly low: number
  readonly high: number
}

const DAY_MS = 86_400_000

/** Days with answers, each with its share and the ends of its interval, in pixels. */
export function dayPoints(days: readonly GoldDay[], across: Omit<Scale, 'from' | 'to'>, up: Scale): Point[] {
  const times = days.map((one) => Date.parse(one.day))
  const first = Math.min(...times)
  const scale = { ...across, from: first, to: Math.max(...times, first + DAY_MS) }
  return days.map((one, i) => ({
    day: one.day,
    x: place(scale, times[i] ?? first),
    y: place(up, one.answers.share ?? 0),
    low: place(up, one.answers.low ?? 0),
    high: place(up, one.answers.high ?? 1),
  }))
}

export function lineOf(points: readonly Point[]): string {
  return points.map((point, i) => `${i ? 'L' : 'M'}${point.x.toFixed(1)} ${point.y.toFixed(1)}`).join('')
}
