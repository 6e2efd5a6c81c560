/** The kinds there are, as the schema editor offers them; a kind is known by its tool alone. */
import { kindTitle, tools } from '@/canvas/tool'
import type { Field, LabelSchema } from '@/generated/types'

export type Medium = 'image' | 'text'

export interface KindOffered {
  kind: string
  title: string
  /** The medium it is drawn on; null where it is a form. */
  medium: Medium | null
}

export function kindsOffered(): KindOffered[] {
  const found = [...tools.values()].map(({ kind }) => ({ kind, title: kindTitle(kind), medium: mediumOfKind(kind) }))
  return found.sort((a, b) => a.title.localeCompare(b.title))
}

export function mediumOfKind(kind: string): Medium | null {
  const surface = tools.get(kind)?.surface
  return surface === 'image' || surface === 'text' ? surface : null
}

/** What a field is about: by its kind, else by a neighbour about the same asset (or any, where it names none), else by the asset's name. */
export function mediumOf(field: Field, schema: LabelSchema): Medium {
  const own = mediumOfKind(field.kind)
  if (own) return own
  if (tools.get(field.kind)?.surface === 'page') return 'text'
  const neighbour = schema.fields.find((f) => (!field.asset || f.asset === field.asset) && mediumOfKind(f.kind))
  if (neighbour) return mediumOfKind(neighbour.kind) ?? 'image'
  return /text|title|message|body|prompt|answer|review|comment/i.test(field.asset ?? '') ? 'text' : 'image'
}

/** The medium that a new field should be about. */
export function mainMedium(schema: LabelSchema): Medium {
  const first = schema.fields[0]
  return first ? mediumOf(first, schema) : 'image'
}

/** The asset that a new field about this medium should name: the one in use, else the medium's own word. */
export function assetFor(schema: LabelSchema, medium: Medium): string {
  return schema.fields.find((f) => mediumOf(f, schema) === medium && f.asset)?.asset ?? medium
}
