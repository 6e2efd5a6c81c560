/** The coefficients of agreement that a person may read, and what a field has of the one chosen. */
import type { AgreementFigure, CoefficientFigure } from '../../generated/types'

export type Chosen = 'alpha' | Exclude<CoefficientFigure['name'], 'cohen'>

export const COEFFICIENTS: readonly Chosen[] = ['alpha', 'fleiss', 'gwet']

/** How each is written, in every language. */
export const SIGNS: Readonly<Record<Chosen, string>> = { alpha: 'α', fleiss: 'κ', gwet: 'AC1' }

/** Said of a field that the coefficient does not fit: it has shapes, or takes several labels. */
export const ONLY_ALPHA = 'only alpha is measured of shapes and of several labels'

/** One field's figure; `reason` where there is none. */
export interface Measured {
  readonly field: string
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
  readonly items: number
  readonly reason: string
}

/** What the field has of the coefficient chosen. */
export function measuredBy(figure: AgreementFigure, chosen: Chosen): Measured {
  const { field, items, low, high, reason } = figure
  if (chosen === 'alpha') return { field, items, value: figure.alpha, low, high, reason }
  const other = figure.others.find((one) => one.name === chosen)
  if (!other) return { field, items, value: null, low: null, high: null, reason: ONLY_ALPHA }
  return { field, items, value: other.value, low: other.low, high: other.high, reason: other.reason }
}
