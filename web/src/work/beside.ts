/** What models suggested of a task, beside its answers: drawn dashed, and how it stands to an answer. It is never one. */
import { percent } from '@/lib/format'
import type { LabelSchema, SuggestionBeside } from '@/generated/types'
import type { Obj, Value } from '@/lib/types'
import { surfaceOf } from '@/work/editor.svelte'
import { isSaid, type Offer } from '@/work/suggested.svelte'
import { layerId, type Layer } from '@/work/surface'

const KEY = 'suggested:'

/** Under which key a model's suggestion lies on the media; no answer has such an id. */
export const keyOf = ({ person_id }: SuggestionBeside): string => `${KEY}${person_id}`

/** Whether what is looked at is a suggestion's object. */
export const isBeside = (lookedAt: string | null): boolean => lookedAt?.startsWith(KEY) ?? false

/** What is drawn of each suggestion, with the model's name and its score. */
export function layersBeside(schema: LabelSchema, suggestions: readonly SuggestionBeside[]): Layer[] {
  const drawn = schema.fields.filter((field) => surfaceOf(field) !== 'form')
  return suggestions.flatMap((one) => {
    const value: Record<string, Obj[]> = {}
    for (const { name } of drawn) if (one.value[name]?.length) value[name] = one.value[name] as Obj[]
    const notes = Object.fromEntries(Object.entries(one.scores).map(([id, score]) => [id, percent(score, 0)]))
    return Object.keys(value).length ? [{ key: keyOf(one), name: one.name, value, notes, isDashed: true }] : []
  })
}

/** How an object that was suggested stands in an answer: there as it was, changed by somebody who took it over, or not. */
export type Standing = 'alike' | 'changed' | 'absent'

export function standingOf(value: Value, offer: Offer): Standing {
  const { field, object } = offer
  const own = (value[field.name] ?? []).find(({ id }) => id === object.id)
  if (own) return isAlike(own, object) ? 'alike' : 'changed'
  return isSaid(value, offer) ? 'alike' : 'absent'
}

/** Whatever the order in which their parts are written. */
function isAlike(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return a === b
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => isAlike(left[key], right[key]))
}

/** Where the object lies on the media: the editor's own, where it was taken over; else the suggestion's. */
export const placeOf = (one: SuggestionBeside, objectId: string, isOwn: boolean): string =>
  isOwn ? objectId : layerId(keyOf(one), objectId)
