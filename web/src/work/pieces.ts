/** Cutting an object, and making one of two: each gives the next value, or says why it cannot be. Pure. */
import type { XY } from '@/canvas/geometry'
import { drawnTool } from '@/canvas/tool'
import type { LabelSchema } from '@/generated/types'
import { newId, type Value } from '@/lib/types'
import { change, find, type Found } from '@/work/edit'

export type Outcome = { readonly value: Value } | { readonly problem: string }

const UNKNOWN = 'That object is not part of this answer.'
const TOO_FINE = 'The outlines lie too close to be told apart there; move a point and try again.'

/** What the path covers is gone; further parts are new objects with the same label and answers. */
export function cut(schema: LabelSchema, value: Value, id: string, path: readonly XY[], isClosed: boolean): Outcome {
  const held = find(schema, value, id)
  const tool = held && drawnTool(held.field.kind)
  if (!held || !tool?.cut) return { problem: UNKNOWN }
  const parts = computed(() => tool.cut?.(held.object, path, isClosed) ?? null)
  if (parts === undefined) return { problem: TOO_FINE }
  if (!parts)
    return { problem: isClosed ? 'That covers nothing of the object.' : 'The line does not divide the object.' }
  const [first, ...others] = parts
  if (!first) return { problem: 'That covers the whole object; delete it instead.' }
  if (others.length && held.field.multiple === false) return { problem: `${held.field.name} takes one object only.` }
  const kept = change(value, id, (object) => ({ ...object, ...first }))
  const name = held.field.name
  const added = others.map((part) => ({ ...held.object, ...part, id: newId() }))
  return { value: { ...kept, [name]: [...(kept[name] ?? []), ...added] } }
}

/** The first object becomes both and keeps its answers; the other one goes. */
export function join(schema: LabelSchema, value: Value, id: string, otherId: string): Outcome {
  const held = find(schema, value, id)
  const other = find(schema, value, otherId)
  const tool = held && drawnTool(held.field.kind)
  if (!held || !other || !tool?.join) return { problem: UNKNOWN }
  if (id === otherId) return { problem: 'Select another object than the first.' }
  if (!isAlike(held, other)) return { problem: 'Only objects of one label can be joined.' }
  const whole = computed(() => tool.join?.(held.object, other.object) ?? null)
  if (whole === undefined) return { problem: TOO_FINE }
  if (!whole) return { problem: 'The two do not touch.' }
  const without = change(value, otherId, () => null)
  return { value: change(without, id, (object) => ({ ...object, ...whole })) }
}

const isAlike = (a: Found, b: Found): boolean =>
  a.field === b.field && a.object.label === b.object.label && (a.object.asset ?? '') === (b.object.asset ?? '')

/** Undefined where borders that almost coincide defeat the computation: it throws then. */
function computed<T>(compute: () => T): T | undefined {
  try {
    return compute()
  } catch {
    return undefined
  }
}
