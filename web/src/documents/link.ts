/** The address of one version of a project's guideline, schema or terms, and of what changed in it. */
import { readQuery, writeQuery } from '@/lib/query'

export type DocumentSort = 'guideline' | 'schema' | 'terms'

export interface Wanted {
  /** null: the one in force. */
  readonly version: number | null
  /** Whether to show how it differs from the version before. */
  readonly isChanges: boolean
}

export function documentLink(id: string, sort: DocumentSort, wanted: Wanted): string {
  return `/projects/${id}/${sort}${writeQuery({ version: wanted.version, view: wanted.isChanges ? 'changes' : '' })}`
}

/** What the part of the address after "?" asks for; a version that is no number counts as none. */
export function wantedDocument(query: string): Wanted {
  const { version = '', view } = readQuery(query)
  return { version: /^\d{1,9}$/.test(version) ? Number(version) : null, isChanges: view === 'changes' }
}
