/** The price of a review or an audited item, between what is typed and what is sent. */
import type { CheckTerms } from '../../generated/types'
import { fromMinor, toMinor } from '../../lib/money'

export interface CheckForm {
  sort: CheckTerms['sort'] | 'none'
  amount: string
  most: string
}

export function checkForm(terms: CheckTerms | null | undefined, currency: string): CheckForm {
  const text = (minor: number | undefined) => (minor ? fromMinor(minor, currency) : '')
  return { sort: terms?.sort ?? 'none', amount: text(terms?.amount_minor), most: text(terms?.most_minor) }
}

/** As it is sent; null: not paid. What cannot be read counts as 0, which the server refuses by name. */
export function checkTerms({ sort, amount, most }: CheckForm, currency: string): CheckTerms | null {
  if (sort === 'none') return null
  const isCapped = sort !== 'task'
  return { sort, amount_minor: toMinor(amount, currency) ?? 0, most_minor: isCapped ? (toMinor(most, currency) ?? 0) : 0 }
}
