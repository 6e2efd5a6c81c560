/** The tabs of a project, and who sees which. */
import { atLeast, type Role } from './me.svelte'

export interface Tab {
  readonly name: string
  readonly title: string
  readonly path: string
  readonly needs: Role
}

const TABS: readonly Tab[] = [
  { name: 'overview', title: 'Overview', path: '', needs: 'annotator' },
  { name: 'items', title: 'Items', path: '/items', needs: 'reviewer' },
  { name: 'review', title: 'Review', path: '/review', needs: 'reviewer' },
  { name: 'quality', title: 'Quality', path: '/quality', needs: 'reviewer' },
  { name: 'versions', title: 'Versions', path: '/versions', needs: 'reviewer' },
  { name: 'schema', title: 'Schema', path: '/schema', needs: 'reviewer' },
  { name: 'guideline', title: 'Guideline', path: '/guideline', needs: 'annotator' },
  { name: 'terms', title: 'Terms', path: '/terms', needs: 'annotator' },
  { name: 'import', title: 'Import', path: '/import', needs: 'manager' },
  { name: 'pay', title: 'Pay', path: '/pay', needs: 'manager' },
  { name: 'settings', title: 'Settings', path: '/settings', needs: 'manager' },
]

export function tabsFor(role: Role): Tab[] {
  return TABS.filter((tab) => atLeast(role, tab.needs))
}
