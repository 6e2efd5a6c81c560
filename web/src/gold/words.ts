/** What gold's states, reasons and sources are called. */
import { say } from '@/lib/language.svelte'
import type { GoldRow } from '@/generated/types'

export const TONES: Readonly<Record<GoldRow['state'], string>> = { active: 'good', suspended: 'warn', retired: '' }

export function stateName(state: GoldRow['state']): string {
  return { active: say('gold.active'), suspended: say('gold.suspended'), retired: say('gold.retired') }[state]
}

/** Why gold is suspended, with how sure that is; empty where it is not. */
export function whySuspended(gold: GoldRow, percent: (share: number) => string): string {
  if (gold.reason === 'schema') return say('gold.does_not_fit_the_schema')
  if (gold.reason !== 'contested') return ''
  return say('gold.contested', { chance: gold.wrong_probability === null ? '' : percent(gold.wrong_probability) })
}

export function sourceName(source: string): string {
  const names: Readonly<Record<string, string>> = {
    import: say('gold.from_import'),
    answer: say('gold.from_answer'),
    merge: say('gold.from_merge'),
    review: say('gold.from_review'),
    fix: say('gold.from_fix'),
  }
  return names[source] ?? source
}
