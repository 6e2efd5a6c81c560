/** What each role is called and what it may do, in the reader's language. */
import { say } from './language.svelte'
import type { Role } from './me.svelte'

export function roleTitle(role: Role): string {
  return say(`role.${role}`)
}

export function roleText(role: Role): string {
  return say(`role.${role}.text`)
}
