/** Which digit stands for which label: over all fields that are drawn where the keys suffice, else within each. */
import { tools } from '@/canvas/tool'
import type { Field, LabelSchema } from '@/generated/types'

const KEYS_MOST = 20 // 1 to 0, and again with Shift

export interface Numbered {
  readonly field: Field
  readonly label: string
  readonly number: number
}

/** Fields whose objects have a place, or join such; questions about the item are answered by digits of their own. */
const drawn = (schema: LabelSchema): Field[] =>
  schema.fields.filter(({ kind }) => ['image', 'text', 'links'].includes(tools.get(kind)?.surface ?? 'form'))

/** Whether the keys suffice for all labels of all fields together. */
export const isShared = (schema: LabelSchema): boolean =>
  drawn(schema).reduce((count, { labels }) => count + labels.length, 0) <= KEYS_MOST

/** Numbers do not depend on which fields are asked just now, so that a key keeps its meaning. */
export function numbersOf(schema: LabelSchema): Numbered[] {
  const fields = drawn(schema)
  const isOneRow = isShared(schema)
  let before = 0
  return fields.flatMap((field) => {
    const first = isOneRow ? before : 0
    before += field.labels.length
    return field.labels.map(({ name }, i) => ({ field, label: name, number: first + i + 1 }))
  })
}

/** The label that a digit takes; where a number stands for several, the one of the field in hand. */
export function labelOf(schema: LabelSchema, number: number, inHand: Field | undefined): Numbered | null {
  const found = numbersOf(schema).filter((one) => one.number === number)
  return found.find(({ field }) => isShared(schema) || field.name === inHand?.name) ?? null
}

/** The numbers of one field's labels that have a key, by name. */
export const keyNumbersOf = (schema: LabelSchema, field: Field): ReadonlyMap<string, number> =>
  new Map(
    numbersOf(schema)
      .filter((one) => one.field.name === field.name && one.number <= KEYS_MOST)
      .map(({ label, number }) => [label, number]),
  )

/** What shapes carry: their label's number, where it has a key, and its name. */
export function tagsOf(schema: LabelSchema): (field: Field, label: string) => string {
  const keys = new Map(schema.fields.map((field) => [field.name, keyNumbersOf(schema, field)]))
  return (field, label) => {
    const number = keys.get(field.name)?.get(label)
    return number ? `${number} ${label}` : label
  }
}
