import { expect, test } from 'vitest'
import type { Throughput } from '../generated/types'
import { burnUp } from './burn-up'
import { scatter } from './scatter'

const FRAME = { left: 0, right: 100, top: 0, bottom: 100 }

test('the forecast band ends at the total between its early and its late end', () => {
  const series = [
    { at: '2026-01-01T00:00:00Z', settled: 0, answers: 0 },
    { at: '2026-01-03T00:00:00Z', settled: 50, answers: 60 },
  ]
  const forecast = { low_at: '2026-01-04T00:00:00Z', mid_at: '2026-01-05T00:00:00Z', high_at: '2026-01-06T00:00:00Z' }

  const chart = burnUp(series, forecast, 100, FRAME)

  expect(chart.now).toEqual({ x: 40, y: 50 })
  expect(chart.area).toBe('M40.0 50.0 L60.0 0.0 L100.0 0.0 Z')
  expect(chart.middle).toBe('M40.0 50.0 L80.0 0.0')
})

test('without a forecast there is no band', () => {
  expect(burnUp([], null, 10, FRAME)).toMatchObject({ area: '', line: '', now: null })
})

function person(name: string, agreement: number | null, speed: number | null): Throughput {
  const near = (value: number | null, by: number) => (value === null ? null : value + by)
  return {
    person_id: name,
    name,
    answers: 10,
    median_seconds: 5,
    returned: 0,
    answers_per_hour: speed,
    answers_per_hour_low: near(speed, -1),
    answers_per_hour_high: near(speed, 1),
    agreement,
    agreement_low: near(agreement, -0.01),
    agreement_high: near(agreement, 0.01),
  }
}

test('whoever lies far below the others with the whole interval is marked, nobody else', () => {
  const people = [person('Ana', 0.95, 40), person('Ben', 0.92, 50), person('Dana', 0.8, 90), person('Eve', null, 10)]

  const { dots } = scatter(people, FRAME)

  expect(dots.map((dot) => [dot.name, dot.isLow]).sort()).toEqual([
    ['Ana', false],
    ['Ben', false],
    ['Dana', true],
  ])
})

test('names of points in the same place do not lie on one another', () => {
  const { dots } = scatter([person('Ana', 0.9, 40), person('Ben', 0.9, 40), person('Cy', 0.9, 40)], FRAME)
  const heights = dots.map((dot) => dot.text_y)

  expect(new Set(heights).size).toBe(3)
})
