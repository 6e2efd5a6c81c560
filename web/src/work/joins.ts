/** Objects that join others: what they may join, and a value without what joins nothing. Pure. */
import { tools, type Joiner } from '@/canvas/tool'
import type { Field, LabelSchema } from '@/generated/types'
import type { Obj, Value } from '@/lib/types'
import { say } from '@/lib/language.svelte'

export const joinerOf = (field: Pick<Field, 'kind'> | undefined): Joiner | undefined =>
  tools.get(field?.kind ?? '')?.joiner

/** The fields before this one that mark places. */
export function placesBefore(schema: LabelSchema, field: Field): Field[] {
  const at = schema.fields.findIndex(({ name }) => name === field.name)
  return schema.fields.slice(0, at).filter(({ kind }) => {
    const surface = tools.get(kind)?.surface
    return surface === 'image' || surface === 'text'
  })
}

/** The fields that a joining field names; none: it joins all that it can. */
export const namedFields = (field: Field): string[] => (field.settings?.['fields'] as string[] | undefined) ?? []

/** The fields whose objects this one may join: those it names, else all before it that mark places. */
export function joinedFields(schema: LabelSchema, field: Field): Field[] {
  const named = namedFields(field)
  return placesBefore(schema, field).filter(({ name }) => !named.length || named.includes(name))
}

/** What may be joined, by id. */
export function joinable(schema: LabelSchema, value: Value, field: Field): Map<string, Obj> {
  const objects = joinedFields(schema, field).flatMap(({ name }) => value[name] ?? [])
  return new Map(objects.map((object) => [object.id, object]))
}

/** Without what joins an object that is not there; where enough is left of it, without that object only. */
export function withoutLost(schema: LabelSchema, value: Value): Value {
  let next = value
  for (const field of schema.fields) {
    const joiner = joinerOf(field)
    const own = value[field.name] ?? []
    if (!joiner || !own.length) continue
    const there = joinable(schema, value, field)
    const kept = own.flatMap((object) => {
      const ids = joiner.refers(object)
      const left = ids.filter((id) => there.has(id))
      if (left.length === ids.length) return [object]
      return left.length < joiner.least(field.settings ?? {}) ? [] : [{ ...object, ...joiner.of(left) }]
    })
    if (kept.length < own.length || kept.some((object, i) => object !== own[i])) next = { ...next, [field.name]: kept }
  }
  return next
}

/** With everything that joined the one object joined to the other, and nothing joined to itself. */
export function rewired(schema: LabelSchema, value: Value, from: string, to: string): Value {
  let next = value
  for (const field of schema.fields) {
    const joiner = joinerOf(field)
    if (!joiner || !value[field.name]?.some((object) => joiner.refers(object).includes(from))) continue
    const objects = (value[field.name] ?? []).flatMap((object) => {
      const ids = joiner.refers(object)
      if (!ids.includes(from)) return [object]
      const renamed = [...new Set(ids.map((id) => (id === from ? to : id)))]
      return renamed.length < joiner.least(field.settings ?? {}) ? [] : [{ ...object, ...joiner.of(renamed) }]
    })
    next = { ...next, [field.name]: objects }
  }
  return next
}

/** With the parts that an object fell into in every set that it is in; two that are joined stay those two. */
export function withParts(schema: LabelSchema, value: Value, id: string, parts: readonly string[]): Value {
  if (!parts.length) return value
  let next = value
  for (const field of schema.fields) {
    const joiner = joinerOf(field)
    if (joiner?.how !== 'set') continue
    const objects = (value[field.name] ?? []).map((object) => {
      const ids = joiner.refers(object)
      return ids.includes(id) ? { ...object, ...joiner.of([...ids, ...parts]) } : object
    })
    next = { ...next, [field.name]: objects }
  }
  return next
}

/** With the members of a set taken out of the field's other sets, where an object is in one at most. */
export function claimed(field: Field, objects: readonly Obj[], id: string, members: readonly string[]): Obj[] {
  const joiner = joinerOf(field)
  if (!joiner || joiner.mayShare(field.settings ?? {})) return [...objects]
  return objects.flatMap((object) => {
    const ids = joiner.refers(object)
    if (object.id === id || !ids.some((one) => members.includes(one))) return [object]
    const left = ids.filter((one) => !members.includes(one))
    return left.length < joiner.least(field.settings ?? {}) ? [] : [{ ...object, ...joiner.of(left) }]
  })
}

/** The first label of the field, the one in hand before the others, that may join objects with these labels. */
export function fittingLabel(field: Field, inHand: string, ends: readonly string[]): string | null {
  const joiner = joinerOf(field)
  const names = [inHand, ...field.labels.map(({ name }) => name)]
  return names.find((name) => joiner?.fits?.(name, ends, field.settings ?? {}) ?? true) ?? null
}

/** What its ends, which are `there`, say against an object's label, in words; empty: nothing. */
export function misjoined(field: Field, object: Obj, there: ReadonlyMap<string, Obj>): string {
  const joiner = joinerOf(field)
  const ends = joiner?.refers(object).map((id) => there.get(id)?.label ?? '') ?? []
  if (joiner?.fits?.(object.label, ends, field.settings ?? {}) ?? true) return ''
  return say('work.label_does_not_join', { label: object.label, source: ends[0] ?? '', target: ends[1] ?? '' })
}

/** The same two objects joined by the same label already. */
export function sameJoin(field: Field, objects: readonly Obj[], label: string, ids: readonly string[]): Obj | undefined {
  const joiner = joinerOf(field)
  const isEitherWay = joiner?.isSymmetric?.(label, field.settings ?? {}) ?? false
  const isSame = (a: readonly string[], b: readonly string[]): boolean => a.every((id, i) => id === b[i])
  return objects.find((object) => {
    const own = joiner?.refers(object) ?? []
    return object.label === label && (isSame(own, ids) || (isEitherWay && isSame(own.toReversed(), ids)))
  })
}
