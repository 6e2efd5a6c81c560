/** One item's answers, put in an order a person reads, and named. */
import type { AnswerRow, ItemDetail } from '../generated/types'
import { asValue } from './answer'
import type { Value } from './types'
import { say } from './language.svelte'

export interface View {
  /** '' for what the answers come to, otherwise the answer's id. */
  readonly annotation_id: string
  readonly title: string
  readonly value: Value
}

/** What can be looked at: what the answers come to, settled or not, where that is known; then the answers, newest first. */
export function viewsOf(item: ItemDetail): View[] {
  const merged = asValue(item.value)
  const views = newestFirst(item.history ?? []).map((row) => ({
    annotation_id: row.annotation_id,
    title: row.annotator || say('item_detail.somebody_who_left'),
    value: asValue(row.value),
  }))
  const isSettled = item.state === 'settled'
  const hasMerged = isSettled || Object.values(merged).some((objects) => objects.length > 0)
  return hasMerged
    ? [
        { annotation_id: '', title: isSettled ? say('item_detail.settled') : say('item_detail.merged'), value: merged },
        ...views,
      ]
    : views
}

export function newestFirst(history: readonly AnswerRow[]): AnswerRow[] {
  return [...history].sort((a, b) => b.created_at.localeCompare(a.created_at))
}

/** The view in which the object is, the settled one before the others. */
export function viewWith(views: readonly View[], object_id: string): View | null {
  const has = (view: View) => Object.values(view.value).some((objects) => objects.some(({ id }) => id === object_id))
  return views.find(has) ?? null
}
