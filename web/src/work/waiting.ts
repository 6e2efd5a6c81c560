/** Why a reviewer has nothing to review, in words. */
import type { ReviewsWaiting } from '@/generated/types'
import { number } from '@/lib/format'

const COUNTED_MOST = 1000
const many = (count: number): string => (count >= COUNTED_MOST ? `${number(COUNTED_MOST)} or more` : number(count))
const them = (count: number): string => (count === 1 ? 'it' : 'them')

/** The sentence for an empty queue: what waits that this reviewer is not given, and what comes later. */
export function whyNothing({ waiting, labelled, skipped, with_others }: ReviewsWaiting): string {
  const kept = labelled + skipped
  const wait = kept === 1 ? 'task waits' : 'tasks wait'
  const areOthers = with_others === 1 ? 'is' : 'are'
  const others = with_others ? `${many(with_others)} ${areOthers} with another reviewer now.` : ''
  if (!kept || kept < waiting) {
    return others || 'Answers come here once an item has all of them, or when they do not come to a decision.'
  }
  const isBoth = labelled > 0 && skipped > 0
  const did = (verb: string, count: number): string[] =>
    count ? [`${verb} ${isBoth ? many(count) : them(count)}`] : []
  const why = [...did('labelled', labelled), ...did('skipped', skipped)].join(' and ')
  return `${many(kept)} ${wait} for review, but you ${why}: somebody else must review ${them(kept)}. ${others}`.trim()
}
