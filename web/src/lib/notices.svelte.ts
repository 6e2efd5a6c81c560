/** How many notices the person has not read: known from sign-in, and asked for slowly while the page is looked at. */
import type { Unread } from '../generated/types'
import { api } from './api'
import { me } from './me.svelte'

const EVERY_MS = 60_000
export const COUNTED_MOST = 100
export const unread = $state<{ count: number }>({ count: 0 })

async function count(): Promise<void> {
  if (document.visibilityState !== 'visible' || !me.value) return
  try {
    unread.count = (await api<Unread>('GET', '/api/me/inbox/count'))?.unread ?? unread.count
  } catch {
    // offline or signed out: whoever asks for more is told; the count stays as it was
  }
}

/** Keep the count up to date until the function that this gives is called. */
export function watchUnread(): () => void {
  unread.count = me.value?.unread ?? 0
  const timer = setInterval(() => void count(), EVERY_MS)
  const seen = () => void count()
  document.addEventListener('visibilitychange', seen)
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', seen)
  }
}
