/** Why a reviewer has nothing to review, in words. */
import type { ReviewsWaiting } from '@/generated/types'
import { number } from '@/lib/format'
import { say } from '@/lib/language.svelte'

const COUNTED_MOST = 1000
const many = (count: number): string =>
  count >= COUNTED_MOST ? say('waiting.or_more', { count: COUNTED_MOST }) : number(count)

/** The sentence for an empty queue: what waits that this reviewer is not given, and what comes later. */
export function whyNothing(why: ReviewsWaiting): string {
  const { waiting, labelled, judged, skipped, for_others, with_others } = why
  const kept = labelled + skipped + judged + for_others
  const others = with_others ? withOthers(with_others) : ''
  if (!kept || kept < waiting) return others || say('waiting.later')
  const elsewhere = [
    labelled + skipped ? ownOnly(labelled, skipped) : '',
    judged ? say('waiting.judged', { count: judged }) : '',
    for_others ? say('waiting.for_others', { count: for_others }) : '',
  ]
  return [...elsewhere, others].filter(Boolean).join(' ')
}

function withOthers(count: number): string {
  return count >= COUNTED_MOST ? say('waiting.many_others', { count: COUNTED_MOST }) : say('waiting.others', { count })
}

function ownOnly(labelled: number, skipped: number): string {
  if (labelled && skipped) {
    return say('waiting.both', { count: many(labelled + skipped), labelled: many(labelled), skipped: many(skipped) })
  }
  const count = labelled + skipped
  if (count >= COUNTED_MOST) {
    return say(labelled ? 'waiting.many_labelled' : 'waiting.many_skipped', { count: COUNTED_MOST })
  }
  return say(labelled ? 'waiting.labelled' : 'waiting.skipped', { count })
}
