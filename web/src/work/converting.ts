/** An object of one kind as one of another that holds areas too: a polygon as a mask, a mask as polygons. Pure.
 *
 * It stays the same object: what refers to it, and a suggestion that it was taken from, know it by its id.
 */
import type { Frame } from '@/canvas/geometry'
import { drawnTool, type Geometry } from '@/canvas/tool'
import type { Field } from '@/generated/types'
import { newId, type Obj, type Value } from '@/lib/types'
import { add, attributesOf, change, type Found } from '@/work/edit'

const FINE = 0.75 // image pixels that an outline may lie off

export interface Converted {
  readonly field: Field
  /** Objects that it fell into beside the one that has its id. */
  readonly parts: readonly string[]
  readonly into: (value: Value) => Value
}

/** Null where no other field can hold it, or nothing would be left. */
export function converted(
  { field, object }: Found,
  fields: readonly Field[],
  labelIn: (field: Field) => string,
  frame: Frame,
): Converted | null {
  const others = fields.filter((one) => one.kind !== field.kind && drawnTool(one.kind)?.ofRings)
  const isSame = (one: Field) => one.labels.some(({ name }) => name === object.label)
  const target = others.find(isSame) ?? others[0]
  const made = target ? geometriesOf(object, target.kind, frame) : []
  const taken = target?.multiple === false ? made.slice(0, 1) : made
  if (!target || !taken.length) return null
  const label = isSame(target) ? object.label : labelIn(target)
  const asked = new Set(attributesOf(target, label).map(({ name }) => name))
  const answers = Object.entries(object.attributes ?? {}).filter(([name]) => asked.has(name))
  const objects = taken.map((geometry, i): Obj => {
    const held = { id: i ? newId() : object.id, kind: target.kind, label, asset: object.asset ?? '' }
    return { ...geometry, ...held, attributes: Object.fromEntries(answers) }
  })
  const into = (value: Value) =>
    objects.reduce((now, one) => add(now, target, one), change(value, object.id, () => null))
  return { field: target, parts: objects.slice(1).map(({ id }) => id), into }
}

/** Pixels stay pixels and outlines outlines, where both kinds have them. */
function geometriesOf(object: Obj, kind: string, frame: Frame): Geometry[] {
  const from = drawnTool(object.kind),
    to = drawnTool(kind)
  const raster = from?.raster?.(object)
  if (raster) return to?.ofArea?.(raster, FINE) ?? []
  const one = from && to?.ofRings?.(from.rings(object), frame)
  return one ? [one] : []
}
