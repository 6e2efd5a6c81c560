/** Tasks by state, complete: a count that was not sent is 0. */
import type { Counts } from '../generated/types'

export type FullCounts = Required<Counts>

export function fullCounts(counts: Counts): FullCounts {
  const none = { items: 0, open: 0, in_review: 0, undecided: 0, settled: 0, excluded: 0, answers: 0 }
  return { ...none, ...counts }
}

/** The items that are to be settled: those not excluded. */
export function wanted(counts: FullCounts): number {
  return Math.max(0, counts.items - counts.excluded)
}
