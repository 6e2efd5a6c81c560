/** A project's batches: addresses inside one, and changes of a whole one. */
import type { BatchChange, BatchChanged, BatchRow } from '../generated/types'
import { ask } from './api'
import { fullCounts, wanted } from './counts'
import { readQuery, writeQuery } from './query'

export const NAME_MOST = 100 // characters
export const URGENT = 100 // the priority of a batch that goes before the rest; other items have 0

/** A page of a project, of one batch only where one is named. */
export function inBatch(projectId: string, page: 'label' | 'triage' | 'review' | 'adjudicate' | 'items', batch = ''): string {
  return `/projects/${projectId}/${page}${writeQuery({ batch })}`
}

/** The batch that an address asks for; "" for all. */
export const batchOf = (query: string): string => readQuery(query)['batch'] ?? ''

/** The call that lists batches; `after` is the `next` of the page before. */
export const batchesPath = (projectId: string, after = ''): string =>
  `/api/projects/${projectId}/batches${writeQuery({ limit: 200, after })}`

/** The tasks of a batch that are to be settled. */
export const wantedIn = (row: BatchRow): number => wanted(fullCounts({ ...row, items: row.tasks }))

/** The tasks of a batch that have all answers that were asked for, reviewed or not. */
export const labelledIn = (row: BatchRow): number => wantedIn(row) - row.open

/**
 * Changes all tasks of a batch, call after call; `onchanged` gets how many are done so far. Once `signal` is aborted no
 * further call follows, and what is done stays. Gives how many were changed.
 */
export async function changeBatch(
  projectId: string,
  change: Omit<BatchChange, 'after'>,
  onchanged: (tasks: number) => void,
  signal: AbortSignal,
): Promise<number> {
  let after: number | null = 0
  let changed = 0
  while (after !== null && !signal.aborted) {
    const body: BatchChange = { ...change, after }
    const answer: BatchChanged = await ask<BatchChanged>('PATCH', `/api/projects/${projectId}/batches`, body)
    changed += answer.changed
    after = answer.next
    onchanged(changed)
  }
  return changed
}
