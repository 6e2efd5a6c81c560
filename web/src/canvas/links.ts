/** Objects that join others, as they are drawn: a line from one to another, or a number on each member. Pure. */
import { tools } from './tool'
import type { Field } from '../generated/types'
import type { Obj } from '../lib/types'

export interface Link {
  readonly id: string
  readonly how: 'pair' | 'set'
  /** What it joins, by the ids under which that is drawn. */
  readonly ends: readonly string[]
  readonly isDirected: boolean
  readonly color: string
  readonly tag: string
  /** Of a set: the sets are numbered from 1. */
  readonly number: number
  readonly dashed: boolean
}

/** A number on an object, in the colour of its set. */
export interface Badge {
  readonly id: string
  readonly text: string
  readonly color: string
}

const SETS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#8d6cd9', '#b8860b', '#3f8fb5', '#8a5a2b']

export interface Joining {
  readonly field: Field
  readonly object: Obj
  readonly color: string
  readonly tag: string
  readonly dashed?: boolean
}

/** The links among objects; `idOf` says under which id an object is drawn. Sets have colours of their own. */
export function linksOf(objects: readonly Joining[], idOf: (id: string) => string = (id) => id): Link[] {
  let sets = 0
  return objects.flatMap(({ field, object, color, tag, dashed }) => {
    const joiner = tools.get(object.kind)?.joiner
    if (!joiner) return []
    const { how } = joiner
    const number = how === 'set' ? ++sets : 0
    return [
      {
        id: idOf(object.id),
        how,
        ends: joiner.refers(object).map(idOf),
        isDirected: how === 'pair' && !joiner.isSymmetric?.(object.label, field.settings ?? {}),
        color: how === 'set' ? (SETS[(number - 1) % SETS.length] ?? color) : color,
        tag,
        number,
        dashed: dashed ?? false,
      },
    ]
  })
}

/** By object, the numbers of the sets that it is in. */
export function badgesOf(links: readonly Link[]): ReadonlyMap<string, readonly Badge[]> {
  const found = new Map<string, Badge[]>()
  for (const { id, how, ends, number, color } of links) {
    if (how !== 'set') continue
    for (const end of ends) found.set(end, [...(found.get(end) ?? []), { id, text: String(number), color }])
  }
  return found
}

/** What is to stand out: the ends of the selected link, and what is being joined. */
export function litBy(links: readonly Link[], activeId: string | null, joining: readonly string[] = []): ReadonlySet<string> {
  const active = links.find(({ id }) => id === activeId)
  return new Set([...(active?.ends ?? []), ...joining])
}
