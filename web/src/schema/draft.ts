/** Edits of a label schema as pure functions: each returns a new schema in which names still point to each other. */
import { tools, type Renaming } from '@/canvas/tool'
import type { Attribute, Condition, Field, Label, LabelSchema } from '@/generated/types'
import { joinedFields } from '@/work/joins'

/** `list` with the entry at `from` moved to stand at `to`. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list]
  const [one] = next.splice(from, 1)
  if (one !== undefined) next.splice(Math.max(0, Math.min(to, next.length)), 0, one)
  return next
}

/** The first of "name", "name 2", "name 3" … that is not taken. */
export function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name
  let n = 2
  while (taken.includes(`${name} ${n}`)) n++
  return `${name} ${n}`
}

/** The schema with one more field of this kind, with one label. */
export function addField(schema: LabelSchema, kind: string, asset: string): LabelSchema {
  const name = freeName(kind, schema.fields.map((f) => f.name))
  const tool = tools.get(kind)
  const settings = { ...tool?.startSettings }
  // a page names what it is about in its settings; what joins objects lies where they do
  const about = tool?.surface === 'page' || tool?.surface === 'links' ? '' : asset
  const labels = (tool?.startLabels ?? ['Label 1']).map((one) => ({ name: one }))
  const field: Field = { name, kind, labels, asset: about, settings }
  return { fields: [...schema.fields, field] }
}

/** The schema with the field changed; a new name is carried into the conditions that name it. */
export function changeField(schema: LabelSchema, index: number, change: Partial<Field>): LabelSchema {
  const before = schema.fields[index]
  if (!before) return schema
  const fields = schema.fields.map((field, i) => (i === index ? { ...field, ...change } : field))
  const renamed = change.name !== undefined && change.name !== before.name ? change.name : null
  if (renamed === null) return { fields }
  const renaming = { what: 'field', from: before.name, to: renamed } as const
  return { fields: fields.map((f) => withSettings(withConditionField(f, before.name, renamed), renaming)) }
}

/** The field with its kind's settings naming what was renamed by its new name, and no more what is gone. */
function withSettings(field: Field, renaming: Renaming): Field {
  const renamed = tools.get(field.kind)?.renamed
  return renamed && field.settings ? { ...field, settings: { ...renamed(field.settings, renaming) } } : field
}

function withConditionField(field: Field, from: string, to: string): Field {
  return field.shown_if?.field === from ? { ...field, shown_if: { ...field.shown_if, field: to } } : field
}

/** The schema without the field, and without the conditions and settings that named it or its labels. */
export function removeField(schema: LabelSchema, index: number): LabelSchema {
  const gone = schema.fields[index]
  if (!gone) return schema
  const bare = gone.labels.reduce((now, { name }) => withJoined(now, index, name, null), schema)
  const rest = bare.fields.filter((_, i) => i !== index)
  return {
    fields: rest.map((field) => {
      const free = field.shown_if?.field === gone.name ? { ...field, shown_if: null } : field
      return withSettings(free, { what: 'field', from: gone.name, to: null })
    }),
  }
}

/** With a label of the field `index` changed in what joins that field's objects.
 *
 * A label that is gone stays where another of the joined fields has it too.
 */
function withJoined(schema: LabelSchema, index: number, from: string, to: string | null): LabelSchema {
  const owner = schema.fields[index]
  const fields = schema.fields.map((field) => {
    const joined = joinedFields(schema, field)
    if (!owner || !joined.includes(owner)) return field
    const isHeld = joined.some((one) => one !== owner && one.labels.some(({ name }) => name === from))
    return to === null && isHeld ? field : withSettings(field, { what: 'label', from, to })
  })
  return { fields }
}

export function moveField(schema: LabelSchema, from: number, to: number): LabelSchema {
  return { fields: moved(schema.fields, from, to) }
}

/** The schema with a label changed; a new name is carried into attributes and conditions. */
export function changeLabel(schema: LabelSchema, index: number, at: number, change: Partial<Label>): LabelSchema {
  const field = schema.fields[index]
  const before = field?.labels[at]
  if (!field || !before) return schema
  const labels = field.labels.map((label, i) => (i === at ? { ...label, ...change } : label))
  const next = changeField(schema, index, { labels })
  const name = change.name
  if (name === undefined || name === before.name) return next
  const named = withLabels(next, index, (names) => names.map((n) => (n === before.name ? name : n)))
  return withOwn(withJoined(named, index, before.name, name), index, before.name, name)
}

/** With a label changed in the settings of its own field. */
function withOwn(schema: LabelSchema, index: number, from: string, to: string | null): LabelSchema {
  const own = { what: 'own label', from, to } as const
  return { fields: schema.fields.map((field, i) => (i === index ? withSettings(field, own) : field)) }
}

/** The schema without the label; what was asked only of it is no longer asked. */
export function removeLabel(schema: LabelSchema, index: number, at: number): LabelSchema {
  const field = schema.fields[index]
  const gone = field?.labels[at]
  if (!field || !gone) return schema
  const attributes = (field.attributes ?? []).filter((a) => !(a.labels?.length === 1 && a.labels[0] === gone.name))
  const next = changeField(schema, index, { labels: field.labels.filter((_, i) => i !== at), attributes })
  const named = withLabels(next, index, (names) => names.filter((n) => n !== gone.name))
  return withOwn(withJoined(named, index, gone.name, null), index, gone.name, null)
}

/** Every list of label names of the field `index` passed through `map`; a condition left empty is dropped. */
function withLabels(schema: LabelSchema, index: number, map: (names: string[]) => string[]): LabelSchema {
  const owner = schema.fields[index]?.name
  const fields = schema.fields.map((field, i) => {
    const attributes = field.attributes?.map((a) => ({ ...a, labels: map(a.labels ?? []) }))
    const own = i === index && attributes ? { ...field, attributes } : field
    if (own.shown_if?.field !== owner || !own.shown_if) return own
    const any_of = map(own.shown_if.any_of)
    return { ...own, shown_if: any_of.length ? { ...own.shown_if, any_of } : null }
  })
  return { fields }
}

/** What pasted lines come to. */
export interface Pasted {
  labels: Label[]
  repeated: number
}

/**
 * Labels from lines: `name`, `name #rrggbb`, `name: help` or `name #rrggbb: help`.
 * Names that `taken` holds already, or that come twice, are counted and left out.
 */
export function pastedLabels(text: string, taken: readonly string[]): Pasted {
  const seen = new Set(taken)
  const labels: Label[] = []
  let repeated = 0
  for (const line of text.split(/\r?\n/)) {
    const label = labelOf(line)
    if (!label) continue
    if (seen.has(label.name)) repeated++
    else labels.push(label)
    seen.add(label.name)
  }
  return { labels, repeated }
}

function labelOf(line: string): Label | null {
  const found = /^\s*(?:[-*]\s+)?(.*?)(?:[\s,]+(#[0-9a-fA-F]{6}))?\s*(?::\s+(.*))?$/.exec(line)
  const name = found?.[1]?.trim().replace(/[,;]$/, '')
  if (!name) return null
  return { name, ...(found?.[2] ? { color: found[2] } : {}), ...(found?.[3] ? { help: found[3].trim() } : {}) }
}

export function newAttribute(field: Field): Attribute {
  const name = freeName('attribute', (field.attributes ?? []).map((a) => a.name))
  return { name, sort: 'select', options: ['yes', 'no'] }
}

/** A condition on the nearest earlier field that has labels, or null where none stands before. */
export function firstCondition(schema: LabelSchema, index: number): Condition | null {
  const earlier = schema.fields.slice(0, index).reverse().find((f) => f.labels.length > 0)
  const label = earlier?.labels[0]
  return earlier && label ? { field: earlier.name, any_of: [label.name] } : null
}

/** The schema without entries that say what holds anyway, as it is written down. */
export function tidy(schema: LabelSchema): LabelSchema {
  return { fields: schema.fields.map(tidyField) }
}

function tidyField(field: Field): Field {
  const next: Field = { name: field.name, kind: field.kind, labels: field.labels.map(tidyLabel) }
  if (field.asset) next.asset = field.asset
  if (field.required) next.required = true
  if (field.multiple === false) next.multiple = false
  if (field.help) next.help = field.help
  if (Object.keys(field.settings ?? {}).length) next.settings = field.settings ?? {}
  if (field.attributes?.length) next.attributes = field.attributes.map(tidyAttribute)
  if (field.shown_if) next.shown_if = field.shown_if
  return next
}

function tidyLabel(label: Label): Label {
  return {
    name: label.name,
    ...(label.color ? { color: label.color } : {}),
    ...(label.help ? { help: label.help } : {}),
  }
}

function tidyAttribute(attribute: Attribute): Attribute {
  const next: Attribute = { name: attribute.name, sort: attribute.sort }
  if (attribute.sort === 'select') next.options = attribute.options ?? []
  if (attribute.sort === 'entity') next.vocabulary = attribute.vocabulary ?? ''
  if (attribute.labels?.length) next.labels = attribute.labels
  if (attribute.required) next.required = true
  if (attribute.sort === 'number' && attribute.minimum != null) next.minimum = attribute.minimum
  if (attribute.sort === 'number' && attribute.maximum != null) next.maximum = attribute.maximum
  return next
}

export function isSame(a: LabelSchema, b: LabelSchema): boolean {
  return JSON.stringify(tidy(a)) === JSON.stringify(tidy(b))
}
