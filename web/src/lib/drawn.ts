/** How somebody draws, in words that people understand. */
import type { ShapeSkillShown } from '@/generated/types'
import { NONE, number, percent } from './format'
import { say } from './language.svelte'

/** "borders ± 2.1 px", "ends ± 1.4 characters"; null where it was not measured. */
export function sayBorder(one: ShapeSkillShown): string | null {
  if (one.border === null) return null
  const border = number(one.border, 1)
  if (one.unit === 'px') return say('drawn.border_px', { border })
  return one.unit === 'characters' ? say('drawn.border_characters', { border }) : null
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
  return [one.field, percent(one.found, 0), percent(one.imagined, 0), sayBorder(one) ?? NONE, number(one.things)]
}
