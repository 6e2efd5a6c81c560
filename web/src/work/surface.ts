/** What an item shows: its pictures and texts, and which objects lie on which. */
import type { Shape } from '@/canvas/scene'
import { linksOf, type Link } from '@/canvas/links'
import { tools, type Part } from '@/canvas/tool'
import type { AssetFacts, Field, ItemData, LabelSchema } from '@/generated/types'
import { labelColor, type Obj, type Value } from '@/lib/types'
import { tagsOf } from '@/work/digits'

export type Medium =
  | { readonly surface: 'image'; readonly name: string; readonly facts: AssetFacts }
  | { readonly surface: 'text'; readonly name: string; readonly text: string }

/** An answer laid over the media: another annotator's, or the dataset's. */
export interface Layer {
  readonly key: string
  readonly name: string
  readonly value: Value
  readonly color?: string
  readonly isDashed?: boolean
  /** What is told of an object beside its label, by its id. */
  readonly notes?: Readonly<Record<string, string>>
}

/** Another answer's object in the media, apart from the editor's own objects. */
export const layerId = (key: string, objectId: string): string => (key ? `${key}/${objectId}` : objectId)

/** The item's media: first those that fields are about, in the schema's order. */
export function mediaOf(schema: LabelSchema, item: ItemData): Medium[] {
  const pictures = Object.entries(item.assets ?? {})
    .filter(([, facts]) => facts.media_type.startsWith('image/'))
    .map(([name, facts]): Medium => ({ surface: 'image', name, facts }))
  const texts = Object.entries(item.data ?? {}).flatMap(([name, text]): Medium[] =>
    typeof text === 'string' ? [{ surface: 'text', name, text }] : [],
  )
  const rank = (medium: Medium): number => {
    const at = schema.fields.findIndex((field) => isAbout(field, medium))
    return at < 0 ? schema.fields.length : at
  }
  return [...pictures, ...texts].sort((a, b) => rank(a) - rank(b))
}

const BESIDE_MOST = 1500

/** The other texts that fields name, each short: they are read together with the one that is shown, as pairs are. */
export function besideOf(schema: LabelSchema, media: readonly Medium[], shown: Medium | undefined): (Medium & { surface: 'text' })[] {
  if (shown?.surface !== 'text') return []
  return media.flatMap((one) =>
    one.surface === 'text' && one !== shown && one.text.length <= BESIDE_MOST && schema.fields.some(({ asset }) => asset === one.name)
      ? [one]
      : [],
  )
}

function isAbout(field: Field, medium: Medium): boolean {
  const surface = tools.get(field.kind)?.surface
  if (field.asset) return field.asset === medium.name
  return surface === medium.surface
}

/** Plain values of the item that are neither picture nor text. */
export const factsOf = (item: ItemData): [string, string][] =>
  Object.entries(item.data ?? {}).flatMap(([name, value]) =>
    value === null || typeof value === 'string' ? [] : [[name, String(value)] as [string, string]],
  )

/** The name a new object on this medium carries. */
export const assetFor = (field: Field | undefined, medium: Medium): string => field?.asset || medium.name

interface Drawn {
  readonly field: Field
  readonly object: Obj
}

function drawnOn(schema: LabelSchema, value: Value, media: readonly Medium[], medium: Medium): Drawn[] {
  const first = media.find(({ surface }) => surface === medium.surface)
  const isNamed = (name: string): boolean => media.some((one) => one.name === name)
  return schema.fields
    .filter((field) => tools.get(field.kind)?.surface === medium.surface)
    .flatMap((field) => (value[field.name] ?? []).map((object) => ({ field, object })))
    .filter(({ object }) => {
      const on = object.asset ?? ''
      return isNamed(on) ? on === medium.name : medium === first
    })
}

interface Look {
  readonly schema: LabelSchema
  readonly media: readonly Medium[]
  readonly medium: Medium
  readonly layer: Layer
  readonly hidden: ReadonlySet<string>
  /** The one label that is shown of other answers, where only one is. */
  readonly solo: { readonly fieldName: string; readonly label: string } | null
  readonly locked: ReadonlySet<string> | 'all'
  readonly isNumbered: boolean
}

/** A layer's objects as the picture shows them. */
export function shapesOf({ schema, media, medium, layer, hidden, solo, locked, isNumbered }: Look): Shape[] {
  const tagOf = isNumbered ? tagsOf(schema) : (_: Field, label: string) => label
  return drawnOn(schema, layer.value, media, medium).map(({ field, object }) => ({
    id: layerId(layer.key, object.id),
    kind: object.kind,
    geometry: object,
    settings: field.settings,
    color: layer.color ?? labelColor(field, object.label),
    tag: named(layer, object, tagOf(field, object.label)),
    hidden: hidden.has(object.id) || isBeside(solo, layer, field, object),
    locked: locked === 'all' || locked.has(object.id),
    dashed: layer.isDashed ?? false,
  }))
}

export interface Mark {
  readonly id: string
  readonly parts: readonly Part[]
  readonly color: string
  readonly tag: string
  readonly dashed: boolean
}

/** A layer's objects as the text shows them. */
export function marksOf({ schema, media, medium, layer, hidden, solo }: Omit<Look, 'locked' | 'isNumbered'>): Mark[] {
  return drawnOn(schema, layer.value, media, medium).flatMap(({ field, object }) => {
    const parts = tools.get(field.kind)?.parts?.(object)
    if (!parts || hidden.has(object.id) || isBeside(solo, layer, field, object)) return []
    const color = layer.color ?? labelColor(field, object.label)
    const id = layerId(layer.key, object.id)
    return [{ parts, id, color, tag: named(layer, object, object.label), dashed: layer.isDashed ?? false }]
  })
}

/** What joins a layer's objects. */
export function linksIn({ schema, layer, hidden, solo }: Pick<Look, 'schema' | 'layer' | 'hidden' | 'solo'>): Link[] {
  const joining = schema.fields.flatMap((field) =>
    tools.get(field.kind)?.joiner
      ? (layer.value[field.name] ?? [])
          .filter((object) => !hidden.has(object.id) && !isBeside(solo, layer, field, object))
          .map((object) => ({
            field,
            object,
            color: layer.color ?? labelColor(field, object.label),
            tag: named(layer, object, object.label),
            dashed: layer.isDashed ?? false,
          }))
      : [],
  )
  return linksOf(joining, (id) => layerId(layer.key, id))
}

/** Whether it is another label than the one shown; what the editor itself hides it has named. */
const isBeside = (solo: Look['solo'], layer: Layer, field: Field, object: Obj): boolean =>
  solo !== null && layer.key !== '' && (field.name !== solo.fieldName || object.label !== solo.label)

function named({ name, notes }: Layer, { id }: Obj, tag: string): string {
  const note = notes?.[id]
  return `${name ? `${name}: ` : ''}${tag}${note ? ` ${note}` : ''}`
}
