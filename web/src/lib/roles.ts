/** What each role may do, in words. */
import type { Role } from './me.svelte'

export const ROLE_WORDS: Readonly<Record<Role, { title: string; text: string }>> = {
  annotator: { title: 'Annotator', text: 'labels what is handed out.' },
  reviewer: { title: 'Reviewer', text: 'also sees all answers, decides and audits.' },
  manager: { title: 'Manager', text: 'also makes projects, imports, cuts versions and invites.' },
  owner: { title: 'Owner', text: 'also changes roles and the workspace.' },
}
