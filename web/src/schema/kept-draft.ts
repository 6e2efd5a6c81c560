/** Unsaved edits of a schema, kept in this browser until they are saved or dropped. */
import type { LabelSchema } from '@/generated/types'
import { misfits } from './shape'

export interface KeptDraft {
  schema: LabelSchema
  /** The version that was edited. */
  schema_version: number
  at: string
}

const key = (projectId: string) => `goldsmith-schema-${projectId}`

export function keptDraft(projectId: string): KeptDraft | null {
  try {
    const kept = JSON.parse(localStorage.getItem(key(projectId)) ?? 'null') as KeptDraft | null
    return kept && misfits(kept.schema).length === 0 ? kept : null
  } catch {
    return null
  }
}

/** null forgets it. */
export function keepDraft(projectId: string, draft: KeptDraft | null): void {
  try {
    if (draft) localStorage.setItem(key(projectId), JSON.stringify(draft))
    else localStorage.removeItem(key(projectId))
  } catch {
    // storage full or closed: the draft lives on in the page, and leaving it is warned about
  }
}
