/** How somebody draws, in words that people understand. */
import type { ShapeSkillShown } from '@/generated/types'
import { NONE, number, percent } from './format'
import { say, type Key } from './language.svelte'

const BORDERS: Readonly<Record<string, readonly [Key, Key]>> = {
  px: ['drawn.border_px', 'drawn.off_px'],
  characters: ['drawn.border_characters', 'drawn.off_characters'],
}

/** "borders ± 2.1 px", or "± 2.1 px" under a heading that says the rest; null where it was not measured. */
function sayBorder(one: ShapeSkillShown, isHeaded = false): string | null {
  const said = BORDERS[one.unit]?.[isHeaded ? 1 : 0]
  return said === undefined || one.border === null ? null : say(said, { border: number(one.border, 1) })
}

/** "finds 94 % of objects, 3 % of what is marked is none, borders ± 2.1 px". */
export function sayDrawn(one: ShapeSkillShown): string {
  return [
    say('drawn.finds', { share: percent(one.found, 0) }),
    say('drawn.imagined', { share: percent(one.imagined, 0) }),
    sayBorder(one),
  ]
    .filter((part) => part !== null)
    .join(say('doubt.between'))
}

/** The same of every field, each with its name where there are several. */
export function sayAllDrawn(shapes: readonly ShapeSkillShown[]): string[] {
  if (shapes.length < 2) return shapes.map(sayDrawn)
  return shapes.map((one) => `${one.field}: ${sayDrawn(one)}`)
}

/** The cells of a table: field, finds, marks that are none, borders, objects. */
export function cellsOf(one: ShapeSkillShown): string[] {
  return [one.field, percent(one.found, 0), percent(one.imagined, 0), sayBorder(one, true) ?? NONE, number(one.things)]
}
