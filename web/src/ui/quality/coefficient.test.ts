import { describe, expect, it } from 'vitest'
import type { AgreementFigure } from '../../generated/types'
import { measuredBy, ONLY_ALPHA } from './coefficient'

const figure: AgreementFigure = {
  field: 'mood',
  alpha: 0.4,
  low: 0.3,
  high: 0.5,
  items: 20,
  reason: '',
  others: [
    { name: 'fleiss', value: 0.39, low: 0.28, high: 0.49, reason: '' },
    { name: 'gwet', value: null, low: null, high: null, reason: 'no item has two answers' },
  ],
}

describe('the coefficient chosen', () => {
  it('is alpha, or another one of the same field with its own interval or reason', () => {
    expect(measuredBy(figure, 'alpha')).toMatchObject({ value: 0.4, low: 0.3, items: 20 })
    expect(measuredBy(figure, 'fleiss')).toMatchObject({ value: 0.39, high: 0.49, items: 20 })
    expect(measuredBy(figure, 'gwet')).toMatchObject({ value: null, reason: 'no item has two answers' })
  })

  it('is said not to fit where a field has none but alpha', () => {
    expect(measuredBy({ ...figure, others: [] }, 'gwet')).toMatchObject({ value: null, reason: ONLY_ALPHA })
  })
})
