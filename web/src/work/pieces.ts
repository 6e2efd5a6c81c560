/** Cutting an object, and making one of two: each gives the next value, or says why it cannot be. Pure. */
import type { XY } from '@/canvas/geometry'
import { drawnTool } from '@/canvas/tool'
import type { LabelSchema } from '@/generated/types'
import { newId, type Value } from '@/lib/types'
import { change, find, type Found } from '@/work/edit'
import { withParts } from '@/work/joins'
import { say } from '@/lib/language.svelte'

export type Outcome = { readonly value: Value } | { readonly problem: string }

/** What the path covers is gone; further parts are new objects with the same label and answers, in the same groups. */
export function cut(schema: LabelSchema, value: Value, id: string, path: readonly XY[], isClosed: boolean): Outcome {
  const held = find(schema, value, id)
  const tool = held && drawnTool(held.field.kind)
  if (!held || !tool?.cut) return { problem: say('work.not_part') }
  const parts = computed(() => tool.cut?.(held.object, path, isClosed) ?? null)
  if (parts === undefined) return { problem: say('work.too_fine') }
  if (!parts)
    return {
      problem: isClosed ? say('work.that_covers_nothing_of_the_object') : say('work.the_line_does_not_divide_the'),
    }
  const [first, ...others] = parts
  if (!first) return { problem: say('work.that_covers_the_whole_object_delete') }
  if (others.length && held.field.multiple === false)
    return { problem: say('work.name_takes_one_object_only', { name: held.field.name }) }
  const kept = change(value, id, (object) => ({ ...object, ...first }))
  const name = held.field.name
  const added = others.map((part) => ({ ...held.object, ...part, id: newId() }))
  const whole = { ...kept, [name]: [...(kept[name] ?? []), ...added] }
  const further = added.map((part) => part.id)
  return { value: withParts(schema, whole, id, further) }
}

/** The first object becomes both and keeps its answers; the other one goes. */
export function join(schema: LabelSchema, value: Value, id: string, otherId: string): Outcome {
  const held = find(schema, value, id)
  const other = find(schema, value, otherId)
  const tool = held && drawnTool(held.field.kind)
  if (!held || !other || !tool?.join) return { problem: say('work.not_part') }
  if (id === otherId) return { problem: say('work.select_another_object_than_the_first') }
  if (!isAlike(held, other)) return { problem: say('work.only_objects_of_one_label_can') }
  const whole = computed(() => tool.join?.(held.object, other.object) ?? null)
  if (whole === undefined) return { problem: say('work.too_fine') }
  if (!whole) return { problem: say('work.the_two_do_not_touch') }
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
