/** Who is signed in, and what their role allows. */
import type { Me } from '../generated/types'
import { api, ApiError, asError } from './api'
import { takeFromAccount } from './language.svelte'

export type Role = Me['role']
const ROLES: readonly Role[] = ['annotator', 'reviewer', 'manager', 'owner']

/** `value` is null before `loadMe` and when nobody is signed in; `error` says why it could not be loaded. */
export const me = $state<{ value: Me | null; loaded: boolean; error: ApiError | null }>({
  value: null,
  loaded: false,
  error: null,
})

/** Ask the server who the caller is. */
export async function loadMe(): Promise<Me | null> {
  try {
    me.value = await api<Me>('GET', '/api/me')
    if (me.value) await takeFromAccount(me.value.language)
    me.error = null
  } catch (thrown) {
    const error = asError(thrown)
    me.error = error.status === 401 ? null : error
    if (error.status === 401) me.value = null
  }
  me.loaded = true
  return me.value
}

export function atLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed)
}

/** Whether the person signed in has `needed` or a higher role. */
export function may(needed: Role): boolean {
  return me.value !== null && atLeast(me.value.role, needed)
}

/** The roles that the person may give: none above their own. */
export function givableRoles(): Role[] {
  return ROLES.filter((role) => may(role))
}

export async function signOut(): Promise<void> {
  await api('POST', '/api/sign-out')
  me.value = null
}
