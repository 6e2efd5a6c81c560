/** Why somebody who asks for work is to ask again later, in words, and when. */
import type { ForMe } from '@/generated/types'
import { clock } from '@/lib/format'
import { say } from '@/lib/language.svelte'

const LATER_MS = 1500 // than the moment itself: so that the server's clock has passed it
const LONGEST_MS = 10 * 60_000

/** Title and text where others come first, or what is open is kept for them; null where that is not why. */
export function whyLater(mine: ForMe | null): { title: string; text: string } | null {
  if (!mine?.again_at || mine.why_not) return null
  const asks = say('turns.it_asks_by_itself', { time: clock(mine.again_at, true) })
  if (mine.comes_first === false) {
    const first = say(mine.preference === 'best' ? 'turns.others_come_first_best' : 'turns.others_come_first_least_work')
    return { title: say('turns.others_come_first'), text: `${first} ${asks}` }
  }
  const kept = say('turns.kept_for_others', { count: mine.kept_for_others ?? 0 })
  return { title: say('work.nothing_for_you_now'), text: `${kept} ${asks}` }
}

/** How many milliseconds from now to ask again; null where nothing says when. */
export function againInMs(mine: ForMe | null, now: number): number | null {
  if (!mine?.again_at) return null
  return Math.min(Math.max(Date.parse(mine.again_at) - now, 0) + LATER_MS, LONGEST_MS)
}
