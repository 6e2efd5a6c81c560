/** Edits of a value as pure functions: each gives the next value and shares what did not change. */
import type { Attribute, Field, LabelSchema, Operation } from '@/generated/types'
import { fold } from '@/lib/sync'
import type { Obj, Value } from '@/lib/types'
import { say } from '@/lib/language.svelte'
import { tools } from '@/canvas/tool'
import { joinable, joinerOf, misjoined, withoutLost } from '@/work/joins'

type AttributeValue = string | number | boolean
export interface Found {
  readonly field: Field
  readonly object: Obj
}

/** A value with a place for every field of the schema. */
export function complete(schema: LabelSchema, value: Record<string, unknown> = {}): Value {
  const named = schema.fields.map((field) => [field.name, (value[field.name] as Obj[] | undefined) ?? []] as const)
  return { ...(value as Value), ...Object.fromEntries(named) }
}

/** Whether two values hold the same objects in the same order; a field that holds nothing may be left out. */
export const isSame = (schema: LabelSchema, a: Value, b: Value): boolean =>
  schema.fields.every(({ name }) => JSON.stringify(a[name] ?? []) === JSON.stringify(b[name] ?? []))

export function objectsOf(schema: LabelSchema, value: Value): Found[] {
  return schema.fields.flatMap((field) => (value[field.name] ?? []).map((object) => ({ field, object })))
}

export const find = (schema: LabelSchema, value: Value, id: string | null): Found | null =>
  objectsOf(schema, value).find(({ object }) => object.id === id) ?? null

/** With the object added; a field that takes one object only drops the one before. */
export function add(value: Value, field: Field, object: Obj): Value {
  return { ...value, [field.name]: field.multiple === false ? [object] : [...(value[field.name] ?? []), object] }
}

/** With one object changed, or removed where the edit gives null. */
export function change(value: Value, id: string, edit: (object: Obj) => Obj | null): Value {
  const name = Object.keys(value).find((key) => value[key]?.some((object) => object.id === id))
  if (!name) return value
  const objects = value[name] ?? []
  const next = objects.flatMap((object) => (object.id === id ? (edit(object) ?? []) : [object]))
  return { ...value, [name]: next }
}

/** With the object one place further up (1) or down (-1) in its field: later is drawn above. */
export function restack(value: Value, id: string, by: 1 | -1): Value {
  const name = Object.keys(value).find((key) => value[key]?.some((object) => object.id === id))
  const objects = name ? (value[name] ?? []) : []
  const at = objects.findIndex((object) => object.id === id)
  const moved = objects[at]
  const other = objects[at + by]
  if (!name || !moved || !other) return value
  return { ...value, [name]: objects.with(at, other).with(at + by, moved) }
}

/** With a label of a choice switched; in a field that takes one, it replaces the one before. */
export function choose(value: Value, field: Field, label: string, id: string): Value {
  const now = value[field.name] ?? []
  const held = now.find((object) => object.label === label)
  if (held) return { ...value, [field.name]: now.filter((object) => object !== held) }
  return add(value, field, { id, kind: field.kind, label, asset: field.asset ?? '', attributes: {} })
}

/** The questions about an object with this label. */
export const attributesOf = (field: Field, label: string): Attribute[] =>
  (field.attributes ?? []).filter((one) => !one.labels?.length || one.labels.includes(label))

export function answerOf(object: Obj, attribute: Attribute): AttributeValue | undefined {
  const answer = object.attributes?.[attribute.name]
  return answer === undefined || answer === null ? undefined : (answer as AttributeValue)
}

/** With an attribute answered; undefined takes the answer away. */
export function answered(object: Obj, name: string, answer: AttributeValue | undefined): Obj {
  const { [name]: _, ...others } = object.attributes ?? {}
  return { ...object, attributes: answer === undefined ? others : { ...others, [name]: answer } }
}

/** With another label; answers that the new label is not asked for fall away. */
export function relabelled(field: Field, object: Obj, label: string): Obj {
  const asked = new Set(attributesOf(field, label).map((attribute) => attribute.name))
  const kept = Object.entries(object.attributes ?? {}).filter(([name]) => asked.has(name))
  return { ...object, label, attributes: Object.fromEntries(kept) }
}

/** The fields that are asked with this value: a condition on a field that is not asked does not hold. */
export function askedFields(schema: LabelSchema, value: Value): Field[] {
  const labels = new Map<string, Set<string>>()
  return schema.fields.filter((field) => {
    const when = field.shown_if
    const isAsked = !when || when.any_of.some((label) => labels.get(when.field)?.has(label))
    if (isAsked) labels.set(field.name, new Set((value[field.name] ?? []).map((object) => object.label)))
    return isAsked
  })
}

/** What is submitted: objects of fields that are not asked are left out, and so is what joins them. */
export function askedValue(schema: LabelSchema, value: Value): Value {
  const asked = new Set(askedFields(schema, value).map((field) => field.name))
  const kept: Value = Object.fromEntries(schema.fields.map(({ name }) => [name, asked.has(name) ? (value[name] ?? []) : []]))
  return withoutLost(schema, kept)
}

/** What is missing before the value can be submitted, in words, with the place. */
export interface Missing {
  readonly field: string
  readonly objectId: string | null
  readonly message: string
}

export function missing(schema: LabelSchema, value: Value): Missing[] {
  return askedFields(schema, value).flatMap((field) => {
    const objects = value[field.name] ?? []
    if (field.required && !objects.length) {
      return [{ field: field.name, objectId: null, message: say('work.name_needs_an_answer', { name: field.name }) }]
    }
    const there = joinerOf(field)?.fits ? joinable(schema, value, field) : null
    const wrong = objects.flatMap((object) => {
      const message = there ? misjoined(field, object, there) : ''
      return message ? [{ field: field.name, objectId: object.id, message }] : []
    })
    const answers = objects.flatMap((object) => missingOf(field, object))
    return [...openLabels(field, objects), ...unfinished(field, objects), ...wrong, ...answers]
  })
}

/** The questions without an answer, where labels are questions and all of them are to be answered. */
function openLabels(field: Field, objects: readonly Obj[]): Missing[] {
  if (!field.required || !tools.get(field.kind)?.isPerLabel) return []
  const given = new Set(objects.map(({ label }) => label))
  return field.labels
    .filter(({ name }) => !given.has(name))
    .map(({ name }) => ({ field: field.name, objectId: null, message: say('work.name_needs_an_answer', { name }) }))
}

/** Answers that were begun and lack something that their kind needs. */
function unfinished(field: Field, objects: readonly Obj[]): Missing[] {
  const lacks = tools.get(field.kind)?.lacks
  const texts = lacks ? objects.map((object) => lacks(field, object)).filter(Boolean) : []
  return texts.map((message) => ({ field: field.name, objectId: null, message }))
}

function missingOf(field: Field, object: Obj): Missing[] {
  return attributesOf(field, object.label).flatMap((attribute) => {
    const answer = answerOf(object, attribute)
    if (answer === undefined || answer === '') {
      if (!attribute.required) return []
      const message = say('work.label_name_needs_an_answer', { label: object.label, name: attribute.name })
      return [{ field: field.name, objectId: object.id, message }]
    }
    const limits = typeof answer === 'number' ? limitsBroken(attribute, answer) : ''
    return limits ? [{ field: field.name, objectId: object.id, message: `${object.label}: ${limits}` }] : []
  })
}

function limitsBroken({ name, minimum, maximum }: Attribute, answer: number): string {
  if (minimum != null && answer < minimum) return say('work.name_is_at_least_minimum', { name, minimum })
  if (maximum != null && answer > maximum) return say('work.name_is_at_most_maximum', { name, maximum })
  return ''
}

/** The operations that lead from one value to the next: single steps where they do, the whole value where not. */
export function operationsBetween(schema: LabelSchema, before: Value, after: Value, newId: () => string): Operation[] {
  const found = schema.fields.flatMap(({ name }) => fieldOperations(name, before[name] ?? [], after[name] ?? [], newId))
  const reached = fold(found, { value: before }).value ?? {}
  const isReached = schema.fields.every(({ name }) => sameIds(reached[name] ?? [], after[name] ?? []))
  return isReached ? found : [{ operation_id: newId(), action: 'replace', value: after }]
}

function fieldOperations(field: string, before: Obj[], after: Obj[], newId: () => string): Operation[] {
  if (before === after) return []
  const old = new Map(before.map((object) => [object.id, object]))
  const kept = new Set(after.map((object) => object.id))
  const removed = before.filter((object) => !kept.has(object.id))
  const changed = after.filter((object) => old.get(object.id) !== object)
  return [
    ...removed.map(({ id }): Operation => ({ operation_id: newId(), action: 'remove', field, object_id: id })),
    ...changed.map((object): Operation => ({ operation_id: newId(), action: 'put', field, object })),
  ]
}

const sameIds = (a: readonly Record<string, unknown>[], b: readonly Obj[]): boolean =>
  a.length === b.length && a.every((object, i) => object['id'] === b[i]?.id)
