/** A limit of cost as a person edits it, and as the server keeps it. */
import type { Suggesting, SuggestingForm } from '../generated/types'
import { fromMinor, toMinor } from '../lib/money'

export interface Limit {
  amount: string
  currency: string
  per: 'month' | 'all'
}
type Kept = Pick<SuggestingForm, 'cost_most_minor' | 'cost_currency' | 'cost_per'>

/** What is typed, in the smallest unit; null: no limit; undefined: it is no amount. */
export function amountOf({ amount, currency }: Limit): number | null | undefined {
  if (!amount.trim()) return null
  const minor = toMinor(amount, currency.trim().toUpperCase())
  return minor === null || minor < 0 ? undefined : minor
}

export function keptOf(limit: Limit): Kept {
  const minor = amountOf(limit) ?? null
  return {
    cost_most_minor: minor,
    cost_currency: minor === null ? '' : limit.currency.trim().toUpperCase(),
    cost_per: limit.per,
  }
}

/** As it is edited; without one in force, in the currency in which models have cost something. */
export function limitOf(kept: Suggesting, currencies: readonly string[]): Limit {
  const currency = kept.cost_currency || currencies.find(Boolean) || 'EUR'
  const minor = kept.cost_most_minor
  return { amount: minor == null ? '' : fromMinor(minor, currency), currency, per: kept.cost_per ?? 'month' }
}
