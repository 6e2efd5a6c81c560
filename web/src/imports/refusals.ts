/** What the server did not take of a batch, and which of the files that were. */
import type { RejectedRow } from '@/generated/types'
import type { Batch } from './queue'

/** A refused part: `path` names the file it was, "" where it is a place inside one ("texts.csv:17"). */
export interface Refusal {
  place: string
  reason: string
  path: string
}

/** A row without a place is told by its index. A place inside a file refuses that place only; what is known is none. */
export function refusals(batch: Batch, rejected: readonly RejectedRow[]): Refusal[] {
  const paths = new Set(batch.files.map((file) => file.path))
  return rejected.filter((row) => !row.known).map(({ index, place, reason }) => {
    if (place) return { place, reason, path: paths.has(place) ? place : '' }
    const path = batch.raw ? '' : (batch.files[index]?.path ?? '')
    return { place: path, reason, path }
  })
}
