/** A workflow while it is edited: review levels in their order, adjudication, and what that means for 100 tasks. */
import type { WorkflowChange, WorkflowPage } from '@/generated/types'

export interface LevelDraft {
  /** Stays with the level while it is renamed and moved. */
  readonly key: string
  /** The server's number; null: not saved yet. */
  readonly level: number | null
  readonly name: string
  readonly percent: number
  readonly group_id: string
  /** How many tasks wait there now. */
  readonly tasks: number
}

export interface Draft {
  readonly levels: readonly LevelDraft[]
  /** Whose members may adjudicate, '' for any reviewer; null: there is no adjudication. */
  readonly adjudication: string | null
}

export const LEVELS_MOST = 5
const LEAST_PERCENT = 0.01

export const draftOf = (page: WorkflowPage): Draft => ({
  levels: page.reviews.map((one) => ({
    key: String(one.level),
    level: one.level ?? null,
    name: one.name,
    percent: Math.round((one.share ?? 1) * 1e6) / 1e4,
    group_id: one.group_id ?? '',
    tasks: one.tasks ?? 0,
  })),
  adjudication: page.adjudication ? (page.adjudication.group_id ?? '') : null,
})

export const changeOf = (draft: Draft, version: number): WorkflowChange => ({
  version,
  reviews: draft.levels.map(({ level, name, percent, group_id }) => ({
    name: name.trim(),
    share: percent / 100,
    group_id,
    level,
  })),
  adjudication: draft.adjudication === null ? null : { group_id: draft.adjudication },
})

/** With one more level at the end, under a name that no other has. */
export function added(draft: Draft, name: string): Draft {
  if (draft.levels.length >= LEVELS_MOST) return draft
  const names = new Set(draft.levels.map((one) => one.name.toLowerCase()))
  let unused = name
  for (let n = 2; names.has(unused.toLowerCase()); n += 1) unused = `${name} ${n}`
  const made = draft.levels.filter(({ level }) => level === null).length
  const level = { key: `new ${made} ${unused}`, level: null, name: unused, percent: 100, group_id: '', tasks: 0 }
  return { ...draft, levels: [...draft.levels, level] }
}

export const removed = (draft: Draft, at: number): Draft => ({
  ...draft,
  levels: draft.levels.filter((_, i) => i !== at),
})

export function moved(draft: Draft, from: number, to: number): Draft {
  const one = draft.levels[from]
  if (!one || to < 0 || to >= draft.levels.length) return draft
  const rest = draft.levels.filter((_, i) => i !== from)
  return { ...draft, levels: [...rest.slice(0, to), one, ...rest.slice(to)] }
}

export const changed = (draft: Draft, at: number, more: Partial<LevelDraft>): Draft => ({
  ...draft,
  levels: draft.levels.map((one, i) => (i === at ? { ...one, ...more } : one)),
})

/** The levels that cannot be saved as they are: without a name, with another's, or with no share of the tasks. */
export function wrong(draft: Draft): ReadonlySet<number> {
  const names = draft.levels.map(({ name }) => name.trim().toLowerCase())
  const isWrong = ({ percent }: LevelDraft, i: number): boolean =>
    !names[i] || names.indexOf(names[i] ?? '') !== i || !(percent >= LEAST_PERCENT && percent <= 100)
  return new Set(draft.levels.flatMap((one, i) => (isWrong(one, i) ? [i] : [])))
}

/** What is to be expected of 100 labelled tasks: how many meet each level, and how many none. */
export interface Expected {
  readonly at: readonly { readonly name: string; readonly tasks: number }[]
  readonly unseen: number
}

export function expected(draft: Draft): Expected {
  const unseen = draft.levels.reduce((share, { percent }) => share * (1 - percent / 100), 1)
  return { at: draft.levels.map(({ name, percent }) => ({ name: name.trim(), tasks: percent })), unseen: unseen * 100 }
}
