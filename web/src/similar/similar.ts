/** Items that are like one another: the addresses of the page and of its calls, and the list that is read from them. */
import type { ItemRow, SimilarPage } from '../generated/types'
import { ask } from '../lib/api'
import type { ItemList } from '../lib/item-list'
import { Pager } from '../lib/pager'
import { writeQuery } from '../lib/query'

/** What is searched by: an item, or a text; and in which state what is found has to be. */
export interface Search {
  readonly item: string
  readonly text: string
  readonly state: string
}

/** The page of the items like this one. */
export const similarTo = (projectId: string, item_id: string): string => pageOf(projectId, { item: item_id })

export const pageOf = (projectId: string, search: Partial<Search>): string =>
  `/projects/${projectId}/similar${writeQuery({ item: search.item, text: search.text, state: search.state })}`

export const searchFrom = ({ item = '', text = '', state = '' }: Readonly<Record<string, string>>): Search =>
  // an item goes before a text: the server takes one of them
  ({ item, text: item ? '' : text, state })

export const callOf = (projectId: string, search: Search, after = '', limit = 0): string =>
  `/api/projects/${projectId}/similar${writeQuery({ ...search, after, limit: limit || '' })}`

/** The items most like what is searched by; `onpage` gets every page that comes. */
export function newSearch(projectId: string, search: Search, onpage: (page: SimilarPage) => void): ItemList {
  const pager = new Pager<ItemRow>(async (after, limit) => {
    const page = await ask<SimilarPage>('GET', callOf(projectId, search, after ?? '', limit))
    onpage(page)
    return page
  }, 60)
  const filters = { state: search.state, batch: '', q: '', sort: '' }
  return { project_id: projectId, filters, pager, read_at: Date.now(), query: '', scroll_px: 0, cursor: 0 }
}

/** Seconds that are left at the rate since the begin; null where that cannot be said yet. */
export function secondsLeft(done: number, total: number, begunAt: string, nowMs: number): number | null {
  const seconds = (nowMs - Date.parse(begunAt)) / 1000
  return done > 0 && seconds > 1 && total > done ? ((total - done) * seconds) / done : null
}
