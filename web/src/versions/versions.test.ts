import { describe, expect, it } from 'vitest'
import type { AuditFacts, Certificate, Verification } from '@/generated/types'
import { plotted } from './calibration'
import { agreementText, certificateOf, costRows, goldRows, measured, utc, verdict } from './certificate'
import { expected, wilson } from './sample-size'
import { filledUp, shareProblem, splitsOf, USUAL } from './shares'

describe('shares', () => {
  it('must have names and come to 100', () => {
    expect(shareProblem([])).toBe('')
    expect(shareProblem(USUAL)).toBe('')
    expect(
      shareProblem([
        { name: 'a', percent: 33.3 },
        { name: 'b', percent: 66.7 },
      ]),
    ).toBe('')
    expect(shareProblem([{ name: 'a', percent: 90 }])).toContain('90 %')
    expect(shareProblem([{ name: ' ', percent: 100 }])).toContain('name')
    expect(
      shareProblem([
        { name: 'a', percent: 50 },
        { name: 'a ', percent: 50 },
      ]),
    ).toContain('same name')
    expect(
      shareProblem([
        { name: 'a', percent: 100 },
        { name: 'b', percent: 0 },
      ]),
    ).toContain('above 0')
  })

  it('the last one takes what is left', () => {
    expect(
      filledUp([
        { name: 'a', percent: 70 },
        { name: 'b', percent: 1 },
      ])[1]?.percent,
    ).toBe(30)
    expect(splitsOf(USUAL)).toEqual({ train: 80, validation: 10, test: 10 })
  })
})

it('Wilson’s interval has its known values', () => {
  expect(wilson(0, 10).high).toBeCloseTo(0.2775, 4)
  expect(wilson(5, 10).low).toBeCloseTo(0.2366, 4)
  expect(wilson(5, 10).high).toBeCloseTo(0.7634, 4)
  expect(expected(0.05, 400).high - expected(0.05, 400).low).toBeLessThan(0.05)
})

it('says how the error was measured, and what was not done', () => {
  const rate = { value: 0.02, low: 0.01, high: 0.03, n: 400, items: 390, confidence: 0.95, method: 'Wilson' }
  const audit: AuditFacts = {
    population: 6900,
    size: 400,
    checked: 390,
    seed: 7,
    sampling: 'simple random',
    probability_least: 400 / 6900,
    probability_most: 400 / 6900,
    drawn_at_us: Date.UTC(2026, 10, 21, 14, 2) * 1000,
    reviewers: 2,
    is_independent: true,
    items_wrong: rate,
    objects_wrong: rate,
    objects_wrong_by_label: {},
    tolerance: { box: 0.1, polygon: 0.1, span: 0 },
  }
  const text = measured(audit).join(' ')

  expect(text).toContain('400 items of 6,900')
  expect(text).toContain('each with probability 5.80 %')
  expect(text).toContain('Not yet checked at the cut: 10 items')
  expect(text).toContain(
    'Box, Polygon: an object counts as wrong when it overlaps the reviewer’s by less than 90 % (IoU)',
  )
  expect(text).toContain('Span: an object counts as wrong when its place is not exactly the reviewer’s')
  expect(utc(audit.drawn_at_us)).toContain('14:02 UTC')
})

describe('agreement in words', () => {
  const alpha = { value: 0.7123, low: 0.69, high: 0.7314, units: 1000, answers: 3000, reason: '' }
  const one = { field: 'f', measure: 'overlap (IoU)', alpha }

  it('names its interval, on how many items it rests and of how many they were drawn', () => {
    expect(agreementText({ ...one, population: 12340 })).toBe(
      'α 0.712 (95 %: 0.690 – 0.731) on 1,000 of 12,340 items with several answers',
    )
  })
  it('says of an older certificate what it knows, and why there is no figure', () => {
    expect(agreementText({ ...one, alpha: { ...alpha, low: null, high: null } })).toBe(
      'α 0.712 on 1,000 items with several answers',
    )
    expect(agreementText({ ...one, alpha: { ...alpha, value: null, reason: 'no item has two answers' } })).toBe(
      'no item has two answers',
    )
  })
})

describe('the second form', () => {
  const rate = { value: 0.9, low: 0.5, high: 1, n: 9, items: 9, confidence: 0.95, method: '' }

  it('and the first are read, others are not', () => {
    expect(certificateOf({ format: 'goldsmith-certificate/1' })).not.toBeNull()
    expect(certificateOf({ format: 'goldsmith-certificate/2' })).not.toBeNull()
    expect(certificateOf({ format: 'goldsmith-certificate/3' })).toBeNull()
  })

  it('plots calibration on one scale, with the ideal from corner to corner', () => {
    const bin = { least: 0.8, most: 0.9, items: 16, said: 0.85, right: 0.75, low: 0.55, high: 0.9 }
    const found = { items: 20, bins: [bin, { ...bin, items: 4, said: 0.95, right: 1, high: 1 }], error: 0.1 }
    const { across, up, dots, ticks } = plotted(
      { ...found, error_by_chance: 0.2, overconfidence: 0.05 },
      { left: 0, right: 100, top: 0, bottom: 100 },
    )

    expect([across.from, up.from, ticks[0], ticks.at(-1)]).toEqual([0.5, 0.5, 0.6, 1])
    expect(dots[0]?.x).toBeCloseTo(70)
    expect(dots[0]?.y).toBeCloseTo(50)
    expect(dots[0]?.radius).toBeGreaterThan(dots[1]?.radius ?? 9)
  })

  it('tells parts of a cent, gold where there is some, and what a check came to', () => {
    const cost = { currency: 'EUR', total_minor: 1149, parts: [], minor_per_item: 7.76, minor_per_label: null }
    const gold = { items: 3, answers: 9, right: rate, suspended: 1, retired: 2 }
    const checked = { outcome: 'sound', is_key_known: false, key_id: 'ab12' } as Verification

    expect(costRows(cost).map(([, figure]) => figure)).toEqual(['€11.49', '€0.0776', '–'])
    expect(goldRows({ gold } as Certificate)).toHaveLength(5)
    expect(goldRows({ gold: null, gold_reason: 'no gold items' } as Certificate)[0]?.[1]).toBe('no gold items')
    expect(verdict(checked)).toContain('not this workspace’s')
    expect(verdict({ ...checked, outcome: 'broken' })).toContain('Do not rely')
  })
})
