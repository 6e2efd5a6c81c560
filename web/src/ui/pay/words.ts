/** The ledger's words as a person reads them. */
import type { EntryRow, PaymentRow } from '../../generated/types'
import { say, type Key } from '../../lib/language.svelte'
import { money } from '../../lib/money'

const MOVES: Readonly<Record<string, Key>> = {
  held: 'pay.move_held',
  given_back: 'pay.move_given_back',
  released: 'pay.move_due',
  extra: 'pay.move_due',
  collected: 'pay.move_collected',
  paid: 'pay.move_paid',
  failed: 'pay.move_failed',
}

/** Where the money went; a move that has no words yet is called as the ledger calls it. */
export function moveText(move: string): string {
  const key = MOVES[move]
  return key ? say(key) : move
}

const CAUSES: Readonly<Record<EntryRow['cause'], Key>> = {
  annotation: 'pay.cause_annotation',
  review: 'pay.cause_review',
  audit: 'pay.cause_audit',
  training: 'pay.cause_training',
  correction: 'pay.cause_correction',
  appeal: 'pay.cause_appeal',
  bonus: 'pay.cause_bonus',
  top_up: 'pay.cause_top_up',
  budget: 'pay.cause_budget',
  pay_run: 'pay.cause_pay_run',
}

/** What the money moved for; a review gives an answer's money back, or earns some itself. */
export function causeText(cause: EntryRow['cause'], move = ''): string {
  return say(cause === 'review' && move !== 'given_back' ? 'pay.cause_reviewed' : CAUSES[cause])
}

/** The amount, with a sign where the move makes what the person has more or less, and none where it moves it on. */
export function movedText(row: EntryRow): string {
  const isMore = row.move === 'held' || row.cause === 'bonus' || row.cause === 'top_up' || row.cause === 'appeal'
  const isLess = !isMore && row.move === 'given_back'
  return money(isLess ? -row.amount_minor : row.amount_minor, row.currency, isMore || isLess)
}

const PAYMENT_STATES = {
  made: { word: 'pay.payment_made', tone: 'info' },
  paid: { word: 'pay.payment_paid', tone: 'good' },
  failed: { word: 'pay.payment_failed', tone: 'bad' },
} as const satisfies Record<PaymentRow['state'], { word: Key; tone: string }>

/** How far a payment is, and the colour that says so. */
export function paymentState(state: PaymentRow['state']): { word: string; tone: string } {
  const { word, tone } = PAYMENT_STATES[state]
  return { word: say(word), tone }
}
