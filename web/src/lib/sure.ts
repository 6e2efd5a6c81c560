/** How sure each object is, as the one looking at an answer needs it. */
import type { SureShown } from '@/generated/types'

export type SureById = ReadonlyMap<string, SureShown>

/** By the object's id in this answer; '' is what the answers come to. */
export function sureIn(sure: readonly SureShown[], annotation_id: string): SureById {
  const found = new Map<string, SureShown>()
  for (const one of sure) {
    const id = annotation_id === '' ? (one.is_kept ? one.object_id : undefined) : one.marked_as[annotation_id]
    if (id !== undefined) found.set(id, one)
  }
  return found
}

/** What was left out and is in doubt: somebody has to look at it. */
export function leftOut(sure: readonly SureShown[]): SureShown[] {
  return sure.filter((one) => one.is_in_doubt && !one.is_kept)
}

/** An answer that has the object, and the object's id there. */
export function whereMarked(one: SureShown): readonly [string, string] | null {
  return Object.entries(one.marked_as)[0] ?? null
}
