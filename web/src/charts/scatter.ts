/** Annotators as points: agreement with the others upwards, answers an hour to the right. */
import type { Throughput } from '../generated/types'
import { place, type Scale } from './scale'

export interface Dot {
  readonly person_id: string
  readonly name: string
  readonly x: number
  readonly y: number
  readonly x_low: number
  readonly x_high: number
  readonly y_low: number
  readonly y_high: number
  /** The whole interval lies far below the group's middle: worth a look, not a verdict. */
  readonly isLow: boolean
}

export interface Named {
  readonly text_x: number
  readonly text_y: number
  readonly anchor: 'start' | 'end'
}
export type Placed = Dot & Named

export interface Plot {
  readonly across: Scale
  readonly up: Scale
  readonly dots: readonly Placed[]
}

export interface Frame {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** How far from the middle counts as far: three times the usual distance (median absolute deviation), 0.03 at least. */
function farBelow(agreements: readonly number[]): number {
  const middle = middleOf(agreements)
  const usual = middleOf(agreements.map((agreement) => Math.abs(agreement - middle)))
  return middle - 3 * Math.max(0.01, usual)
}

function middleOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

type Measured = Throughput & { answers_per_hour: number; agreement: number }
const isMeasured = (person: Throughput): person is Measured =>
  person.answers_per_hour !== null && person.agreement !== null

/** People who have both figures; the others are in the table only. */
export function scatter(people: readonly Throughput[], frame: Frame): Plot {
  const measured = people.filter(isMeasured)
  const lows = measured.map((person) => person.agreement_low ?? person.agreement)
  const highs = measured.map((person) => person.agreement_high ?? person.agreement)
  const fast = measured.map((person) => person.answers_per_hour_high ?? person.answers_per_hour)
  const floor = Math.max(0, Math.floor((Math.min(1, ...lows) - 0.02) * 20) / 20)
  const ceiling = Math.min(1, Math.max(floor + 0.1, Math.ceil((Math.max(0, ...highs) + 0.01) * 20) / 20))
  const up: Scale = { from: floor, to: ceiling, start_px: frame.bottom, end_px: frame.top }
  const across: Scale = { from: 0, to: Math.max(1, ...fast) * 1.12, start_px: frame.left, end_px: frame.right }
  const low = farBelow(measured.map((person) => person.agreement))
  const dots = measured.map((person): Dot => {
    const speed = person.answers_per_hour
    return {
      person_id: person.person_id,
      name: person.name,
      x: place(across, speed),
      y: place(up, person.agreement),
      x_low: place(across, person.answers_per_hour_low ?? speed),
      x_high: place(across, person.answers_per_hour_high ?? speed),
      y_low: place(up, person.agreement_low ?? person.agreement),
      y_high: place(up, person.agreement_high ?? person.agreement),
      isLow: measured.length > 2 && (person.agreement_high ?? person.agreement) < low,
    }
  })
  return { across, up, dots: withNames(dots, frame) }
}

/** Names beside their points, moved down where two would lie on one another. */
export function withNames<D extends Pick<Dot, 'name' | 'x' | 'y'>>(dots: readonly D[], frame: Frame): (D & Named)[] {
  const placed: (D & Named)[] = []
  for (const dot of [...dots].sort((a, b) => a.y - b.y)) {
    const width = dot.name.length * 6.4
    const anchor = dot.x + 10 + width > frame.right ? 'end' : 'start'
    const text_x = anchor === 'start' ? dot.x + 8 : dot.x - 8
    let text_y = dot.y - 5
    const clashes = (y: number) =>
      placed.some((other) => Math.abs(other.text_y - y) < 12 && Math.abs(other.text_x - text_x) < width + 8)
    for (let tries = 0; tries < 8 && clashes(text_y); tries++) text_y += 12
    placed.push({ ...dot, text_x, text_y, anchor })
  }
  return placed
}
