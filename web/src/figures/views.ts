/** The parts of a project's quality page, each with its own address: `?view=confusion`. */
import type { Key } from '../lib/language.svelte'
import { atLeast, type Role } from '../lib/me.svelte'

export interface View {
  readonly name: string
  readonly title: Key
  readonly needs: Role
}

const VIEWS = [
  { name: 'summary', title: 'figures.summary', needs: 'reviewer' },
  { name: 'agreement', title: 'common.agreement', needs: 'reviewer' },
  { name: 'annotators', title: 'common.annotators', needs: 'reviewer' },
  { name: 'confusion', title: 'figures.confusion', needs: 'reviewer' },
  { name: 'cost', title: 'figures.cost', needs: 'manager' },
  { name: 'undecided', title: 'common.undecided', needs: 'reviewer' },
  { name: 'gold', title: 'gold.gold', needs: 'manager' },
  { name: 'signals', title: 'figures.signals', needs: 'manager' },
] as const satisfies readonly View[]

export type ViewName = (typeof VIEWS)[number]['name']

export function viewsFor(role: Role): readonly (typeof VIEWS)[number][] {
  return VIEWS.filter((view) => atLeast(role, view.needs))
}

/** The view that an address names, or the first; one that the role may not see is the first, too. */
export function viewOf(name: string | undefined, role: Role): ViewName {
  return viewsFor(role).find((view) => view.name === name)?.name ?? 'summary'
}
