/** The ledger's words as a person reads them. */
import type { EntryRow, PaymentRow } from '../../generated/types'

export const MOVES: Readonly<Record<string, string>> = {
  held: 'Handed in, held for you',
  given_back: 'Taken back',
  released: 'Due to you',
  extra: 'Due to you',
  collected: 'In a pay run',
  paid: 'Paid',
  failed: 'Payment came back',
}

export const CAUSES: Readonly<Record<EntryRow['cause'], string>> = {
  annotation: 'answer',
  review: 'returned in review',
  correction: 'correction',
  appeal: 'appeal granted',
  bonus: 'bonus',
  top_up: 'raised to the least for an hour',
  budget: 'budget',
  pay_run: 'pay run',
}

/** Whether the move makes what the person has more, less, or only moves it on. */
export function signOf(row: EntryRow): '+' | '−' | '' {
  if (row.move === 'held' || row.cause === 'bonus' || row.cause === 'top_up' || row.cause === 'appeal') return '+'
  return row.move === 'given_back' ? '−' : ''
}

export const PAYMENT_STATES: Readonly<Record<PaymentRow['state'], { word: string; tone: string }>> = {
  made: { word: 'on its way', tone: 'info' },
  paid: { word: '✓ paid', tone: 'good' },
  failed: { word: '✗ came back', tone: 'bad' },
}
