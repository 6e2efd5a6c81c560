/** Money: whole minor units in, the reader's way of writing it out; and back from what a person types. */
import { language, say, type Key } from './language.svelte'
import { UNKNOWN } from './messages'

/** How many decimals the currency has: 2 for EUR, 0 for JPY, 3 for KWD. */
export function decimals(currency: string): number {
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency })
    return format.resolvedOptions().maximumFractionDigits ?? 2
  } catch {
    return 2 // three letters that are no currency, while somebody types
  }
}

/** 1234 of EUR → "€12.34", as the locale writes it; with its sign always, where that is asked for. */
export function money(minor: number | null | undefined, currency: string, isSigned = false): string {
  if (minor == null) return UNKNOWN
  const amount = minor / 10 ** decimals(currency)
  const sign = isSigned ? ({ signDisplay: 'always' } as const) : {}
  try {
    return new Intl.NumberFormat(language.tag, { style: 'currency', currency, ...sign }).format(amount)
  } catch {
    return `${amount} ${currency}`
  }
}

/** A part of an amount, such as what one label cost: with two more decimals than the currency has. */
export function finely(minor: number | null | undefined, currency: string): string {
  if (minor == null) return UNKNOWN
  const digits = decimals(currency) + 2
  const format = { style: 'currency', currency, maximumFractionDigits: digits } as const
  return new Intl.NumberFormat(language.tag, format).format(minor / 10 ** decimals(currency))
}

/** "12.34" or "12,34" of EUR → 1234; null where it is no amount, or has more decimals than the currency. */
export function toMinor(text: string, currency: string): number | null {
  const found = /^([+-]?)(\d+)(?:[.,](\d+))?$/.exec(text.trim())
  const digits = decimals(currency)
  const [, sign = '', whole = '', rest = ''] = found ?? []
  if (!found || rest.length > digits) return null
  const minor = Number(whole + rest.padEnd(digits, '0'))
  if (!Number.isSafeInteger(minor)) return null
  return sign === '-' ? -minor : minor
}

/** 1234 of EUR → "12.34": what a person edits. */
export function fromMinor(minor: number, currency: string): string {
  return (minor / 10 ** decimals(currency)).toFixed(decimals(currency))
}

const PRICE_TEXTS = {
  none: 'pay.not_paid_price',
  task: 'pay.price_for_each_task',
  answer: 'pay.price_for_each_accepted_answer',
  object: 'pay.price_for_each_object',
  minute: 'pay.price_for_each_minute',
} as const satisfies Record<string, Key>

type Priced = { sort: keyof typeof PRICE_TEXTS; currency: string; amount_minor: number; most_minor: number }

/** "€0.40 for each minute of active time, up to €2.00 for one answer". */
export function priceText({ sort, currency, amount_minor, most_minor }: Priced): string {
  return say(PRICE_TEXTS[sort], { amount: money(amount_minor, currency), most: money(most_minor, currency) })
}

/** What a task has earned so far, as the server counts it: a part of a minor unit counts as one. */
export function earnedSoFar(price: Priced, objects: number, seconds: number): number {
  if (price.sort === 'object') return Math.min(price.amount_minor * objects, price.most_minor)
  if (price.sort !== 'minute') return price.amount_minor
  return Math.min(Math.ceil(Math.round(price.amount_minor * seconds * 1e6) / 6e7), price.most_minor)
}

/** A key for a move of money: sent again, the same key does nothing. */
export const newOnce = (): string => crypto.randomUUID()
