/** What a signal says in words: its evidence as a sentence, and what else may explain it. */
import type { SignalEvidence, SignalRow } from '../generated/types'
import { duration, number, percent } from '../lib/format'
import { say, type Key } from '../lib/language.svelte'

type Sort = SignalRow['sort']

export const SORTS = {
  pace: 'signal.pace',
  collapse: 'signal.collapse',
  copying: 'signal.copying',
  model: 'signal.model',
  twins: 'signal.twins',
} as const satisfies Record<Sort, Key>

export const ELSE = {
  pace: 'signal.else_pace',
  collapse: 'signal.else_collapse',
  copying: 'signal.else_copying',
  model: 'signal.else_model',
  twins: 'signal.else_twins',
} as const satisfies Record<Sort, Key>

export const STRENGTHS = {
  notable: 'signal.notable',
  strong: 'signal.strong',
  very_strong: 'signal.very_strong',
} as const satisfies Record<SignalRow['strength'], Key>

export const OUTCOMES = {
  nothing_found: 'signal.nothing_found',
  agreed: 'signal.agreed',
  confirmed: 'signal.confirmed',
} as const satisfies Record<Exclude<SignalRow['outcome'], ''>, Key>

export const STATES = ['new', 'noticed', 'answered', 'closed', 'dismissed'] as const satisfies readonly SignalRow['state'][]

/** "0.0012", or "< 0.0001". */
export function chance(p: number): string {
  return p < 0.0001 ? say('signal.below', { value: number(0.0001, 4) }) : number(p, 4)
}

/** The evidence as a sentence; a model's and a person's shapes are told like twins. */
export function told(sort: Sort, { figures: f, label }: SignalEvidence): string {
  if ('times_faster' in f) {
    return say('signal.says_pace', {
      seconds: duration(f['median_seconds']),
      times: number(f['times_faster'], 1),
      hurried: number(f['hurried']),
      answers: number(f['answers']),
      usual: percent(f['hurried_usual']),
    })
  }
  if ('entropy' in f) {
    return say('signal.says_collapse', {
      share: percent(f['share'], 0),
      label: label || say('figures.nothing'),
      against: number(f['against']),
      asked: number(f['against_asked']),
      entropy: number(f['entropy'], 2),
      usual: number(f['entropy_usual'], 2),
    })
  }
  const later = percent(f['later'], 0)
  if ('shapes' in f) {
    return say('signal.says_twins', {
      same: number(f['same']),
      shapes: number(f['shapes']),
      usual: percent(f['same_usual']),
      later,
    })
  }
  return say(sort === 'model' ? 'signal.says_model' : 'signal.says_copying', {
    common: number(f['common']),
    same: number(f['same_wrong']),
    expected: number(f['expected'], 1),
    later,
  })
}
