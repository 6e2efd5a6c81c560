/** An answer as things to draw: shapes on a picture, marks on a text, choices in a list. Kinds tell by their tools. */
import type { Field, ItemData, LabelSchema } from '@/generated/types'
import { linksOf, type Link } from '@/canvas/links'
import { tools, type Part } from '@/canvas/tool'
import type { Shape } from '@/canvas/scene'
import { percent } from './format'
import type { SureById } from './sure'
import { labelColor, type Obj, type Value } from './types'

export interface Placed {
  readonly field: Field
  readonly object: Obj
  readonly color: string
}

export interface Mark {
  readonly id: string
  readonly parts: readonly Part[] // in code points
  readonly color: string
  readonly tag: string
}

/** What came as `unknown` from the wire, as fields → objects; anything else is an empty answer. */
export function asValue(value: unknown): Value {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Value) : {}
}

/** All objects in the order of the schema's fields. Objects of fields that the schema no longer has come last. */
export function placedObjects(schema: LabelSchema, value: Value): Placed[] {
  const known = new Set(schema.fields.map((field) => field.name))
  const gone = Object.keys(value).filter((name) => !known.has(name))
  const fields: Field[] = [...schema.fields, ...gone.map((name) => ({ name, kind: '', labels: [] }))]
  return fields.flatMap((field) =>
    (value[field.name] ?? []).map((object) => ({ field, object, color: labelColor(field, object.label) })),
  )
}

const surfaceOf = (placed: Placed) => {
  const surface = tools.get(placed.object.kind)?.surface ?? 'form'
  return surface === 'page' ? 'form' : surface
}

/** What is in doubt is dashed, and its tag says how sure it is. */
export function shapesOf(placed: readonly Placed[], sure: SureById = new Map()): Shape[] {
  return placed
    .filter((one) => surfaceOf(one) === 'image')
    .map(({ field, object, color }) => ({
      id: object.id,
      kind: object.kind,
      geometry: object,
      settings: field.settings,
      color,
      tag: tagOf(object, sure),
      hidden: false,
      locked: true,
      dashed: sure.get(object.id)?.is_in_doubt ?? false,
    }))
}

function tagOf(object: Obj, sure: SureById): string {
  const found = sure.get(object.id)
  return found?.is_in_doubt ? `${object.label} ${percent(found.probability, 0)}` : object.label
}

export function marksOf(placed: readonly Placed[], sure: SureById = new Map()): Mark[] {
  return placed.flatMap(({ object, color }) => {
    const parts = tools.get(object.kind)?.parts?.(object)
    return parts ? [{ id: object.id, parts, color, tag: tagOf(object, sure) }] : []
  })
}

/** What joins the objects drawn. */
export const linksAmong = (placed: readonly Placed[]): Link[] =>
  linksOf(placed.map((one) => ({ ...one, tag: one.object.label })))

export function choicesOf(placed: readonly Placed[]): Placed[] {
  return placed.filter((one) => surfaceOf(one) === 'form')
}

export interface Picture {
  readonly sha256: string
  readonly width_px: number
  readonly height_px: number
}

/** The item's picture: the one its fields ask about, else the first. */
export function pictureOf(schema: LabelSchema | null, item: ItemData): Picture | null {
  const assets = item.assets ?? {}
  const asked = schema?.fields.map((field) => assets[field.asset ?? '']) ?? []
  const found = [...asked, ...Object.values(assets)].find((asset) => asset?.width_px && asset.height_px)
  if (!found) return null
  return { sha256: found.sha256, width_px: found.width_px ?? 0, height_px: found.height_px ?? 0 }
}

/** The item's text: the one its fields ask about, else the longest it has. */
export function textOf(schema: LabelSchema | null, item: ItemData): string | null {
  const data = item.data ?? {}
  const asked = schema?.fields.map((field) => data[field.asset ?? '']) ?? []
  const found = asked.find((text) => typeof text === 'string')
  if (typeof found === 'string') return found
  const texts = Object.values(data).filter((text) => typeof text === 'string')
  return texts.sort((a, b) => b.length - a.length)[0] ?? null
}

export interface Piece {
  readonly text: string
  readonly mark: Mark | null
}

/** The start of a text cut at its marks, for an excerpt; where marks overlap the one that starts first wins. */
export function excerpt(text: string, marks: readonly Mark[], most: number): Piece[] {
  const points = Array.from(text.slice(0, most * 2)).slice(0, most)
  const pieces: Piece[] = []
  let at = 0
  const parts = marks.flatMap((mark) => mark.parts.map(({ start, end }) => ({ start, end, mark })))
  for (const { start, end, mark } of parts.sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (start < at || start >= points.length) continue
    if (start > at) pieces.push({ text: points.slice(at, start).join(''), mark: null })
    pieces.push({ text: points.slice(start, end).join(''), mark })
    at = Math.min(end, points.length)
  }
  const rest = points.slice(at).join('')
  const isCut = text.length > points.join('').length
  if (rest || isCut) pieces.push({ text: isCut ? `${rest}…` : rest, mark: null })
  return pieces
}
