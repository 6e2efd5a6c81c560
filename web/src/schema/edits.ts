/** Undo over schemas: quick edits of one place count as one step. */
import type { LabelSchema } from '@/generated/types'

export interface Edits {
  readonly past: readonly LabelSchema[]
  readonly now: LabelSchema
  readonly future: readonly LabelSchema[]
  /** The place edited last, and when (ms); "" after an undo. */
  readonly place: string
  readonly at: number
}

const TOGETHER_MS = 900
const STEPS_MOST = 200

export function startEdits(schema: LabelSchema): Edits {
  return { past: [], now: schema, future: [], place: '', at: 0 }
}

/** The edits after `next`; typing on in the same place within 0.9 s joins the step before. */
export function edit(edits: Edits, next: LabelSchema, place: string, at: number): Edits {
  const joins = place !== '' && place === edits.place && at - edits.at < TOGETHER_MS
  const past = joins ? edits.past : [...edits.past, edits.now].slice(-STEPS_MOST)
  return { past, now: next, future: [], place, at }
}

export function undo(edits: Edits): Edits {
  const before = edits.past.at(-1)
  if (!before) return edits
  return { past: edits.past.slice(0, -1), now: before, future: [edits.now, ...edits.future], place: '', at: 0 }
}

export function redo(edits: Edits): Edits {
  const [next, ...future] = edits.future
  return next ? { past: [...edits.past, edits.now], now: next, future, place: '', at: 0 } : edits
}
