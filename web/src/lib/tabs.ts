/** The tabs of a project, and who sees which. */
import type { ProjectPage } from '../generated/types'
import type { Key } from './language.svelte'
import { atLeast, type Role } from './me.svelte'

export interface Tab {
  readonly name: string
  readonly title: Key
  readonly path: string
  readonly needs: Role
  /** Shown only where the project says so of its caller. */
  readonly where?: 'adjudicates'
}

const TABS: readonly Tab[] = [
  { name: 'overview', title: 'tab.overview', path: '', needs: 'annotator' },
  { name: 'items', title: 'tab.items', path: '/items', needs: 'reviewer' },
  { name: 'review', title: 'tab.review', path: '/review', needs: 'reviewer' },
  { name: 'adjudicate', title: 'tab.adjudicate', path: '/adjudicate', needs: 'reviewer', where: 'adjudicates' },
  { name: 'quality', title: 'tab.quality', path: '/quality', needs: 'reviewer' },
  { name: 'versions', title: 'tab.versions', path: '/versions', needs: 'reviewer' },
  { name: 'schema', title: 'tab.schema', path: '/schema', needs: 'reviewer' },
  { name: 'guideline', title: 'tab.guideline', path: '/guideline', needs: 'annotator' },
  { name: 'terms', title: 'tab.terms', path: '/terms', needs: 'annotator' },
  { name: 'import', title: 'tab.import', path: '/import', needs: 'manager' },
  { name: 'pay', title: 'tab.pay', path: '/pay', needs: 'manager' },
  { name: 'settings', title: 'tab.settings', path: '/settings', needs: 'manager' },
]

export function tabsFor(role: Role, project: Pick<ProjectPage, 'adjudicates'> | null = null): Tab[] {
  return TABS.filter((tab) => atLeast(role, tab.needs) && (!tab.where || project?.[tab.where]))
}
