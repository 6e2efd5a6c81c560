/** Money: whole minor units in, the reader's way of writing it out; and back from what a person types. */

const locale = typeof navigator === 'undefined' ? 'en' : navigator.language

/** How many decimals the currency has: 2 for EUR, 0 for JPY, 3 for KWD. */
export function decimals(currency: string): number {
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency })
    return format.resolvedOptions().maximumFractionDigits ?? 2
  } catch {
    return 2 // three letters that are no currency, while somebody types
  }
}

/** 1234 of EUR → "€12.34", as the locale writes it. */
export function money(minor: number | null | undefined, currency: string): string {
  if (minor == null) return '–'
  const amount = minor / 10 ** decimals(currency)
  try {
    return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount)
  } catch {
    return `${amount} ${currency}`
  }
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

/** "for each accepted answer": what one price is for. */
export const PRICE_FOR = {
  none: 'not paid',
  task: 'for each task',
  answer: 'for each accepted answer',
  object: 'for each object',
  minute: 'for each minute of active time',
} as const

type Priced = { sort: keyof typeof PRICE_FOR; currency: string; amount_minor: number; most_minor: number }

/** "€0.40 for each minute of active time, up to €2.00". */
export function priceText(price: Priced): string {
  const most = price.most_minor ? `, up to ${money(price.most_minor, price.currency)} for one answer` : ''
  return `${money(price.amount_minor, price.currency)} ${PRICE_FOR[price.sort]}${most}`
}

/** What a task has earned so far, as the server counts it: a part of a minor unit counts as one. */
export function earnedSoFar(price: Priced, objects: number, seconds: number): number {
  if (price.sort === 'object') return Math.min(price.amount_minor * objects, price.most_minor)
  if (price.sort !== 'minute') return price.amount_minor
  return Math.min(Math.ceil(Math.round(price.amount_minor * seconds * 1e6) / 6e7), price.most_minor)
}

/** A key for a move of money: sent again, the same key does nothing. */
export const newOnce = (): string => crypto.randomUUID()
