/** The list of items that a person looks at: its filters, what was read of it, and where they were in it. */
import type { ItemPage, ItemRow } from '../generated/types'
import { ask } from './api'
import { Pager } from './pager'
import { writeQuery } from './query'

export interface ItemFilters {
  readonly state: string
  readonly batch: string
  readonly q: string
  readonly sort: string
}

export interface ItemList {
  readonly project_id: string
  readonly filters: ItemFilters
  readonly pager: Pager<ItemRow>
  readonly read_at: number
  /** What follows the address of an item that is opened from here. */
  readonly query?: string
  scroll_px: number
  cursor: number
}

const STALE_MS = 5 * 60_000
let last: ItemList | null = null

export function filtersFrom(query: Readonly<Record<string, string>>): ItemFilters {
  const { state = '', batch = '', q = '', sort = '' } = query
  return { state, batch, q, sort }
}

const isSame = (a: ItemFilters, b: ItemFilters) =>
  a.state === b.state && a.batch === b.batch && a.q === b.q && a.sort === b.sort

export function newList(project_id: string, filters: ItemFilters): ItemList {
  const pager = new Pager<ItemRow>((after, limit) => {
    const query = writeQuery({ ...filters, sort: filters.sort || 'newest', after, limit })
    return ask<ItemPage>('GET', `/api/projects/${project_id}/items${query}`)
  })
  last = { project_id, filters, pager, read_at: Date.now(), scroll_px: 0, cursor: 0 }
  return last
}

/** The list looked at last, when it is this one and not older than five minutes; otherwise a new one. */
export function openList(project_id: string, filters: ItemFilters): ItemList {
  const fits = last?.project_id === project_id && isSame(last.filters, filters) && Date.now() - last.read_at < STALE_MS
  return fits && last ? last : newList(project_id, filters)
}

/** The entry before and after this one in its list, reading on where the list ends in memory. */
export async function neighbours(
  list: ItemList,
  item_id: string,
): Promise<{ before: string | null; after: string | null }> {
  const { pager } = list
  if (!pager.known) await pager.ensure(0, 1)
  const at = pager.find((row) => row.item_id === item_id)
  if (at < 0) return { before: null, after: null }
  list.cursor = at
  await pager.ensure(Math.max(0, at - 1), at + 2)
  return { before: pager.at(at - 1)?.item_id ?? null, after: pager.at(at + 1)?.item_id ?? null }
}
