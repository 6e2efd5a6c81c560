/** The calls of the labelling page, one function each. */
import type { Acknowledged, Decided, LeaseOut, MyAnswer, MyAnswers, Operation, Submitted } from '@/generated/types'
import { api, ApiError, ask, asError } from '@/lib/api'
import type { Transport } from '@/lib/sync'
import { say } from '@/lib/language.svelte'

async function call<T>(path: string, body: unknown): Promise<T | null> {
  try {
    return await api<T>('POST', path, body)
  } catch (thrown) {
    throw asError(thrown)
  }
}

async function answer<T>(path: string, body: unknown): Promise<T> {
  const found = await call<T>(path, body)
  if (found === null) throw new ApiError(500, 'empty', say('work.the_server_answered_nothing'), path)
  return found
}

export const transport: Transport = {
  async operations(leaseId, fence, operations) {
    await call<Acknowledged>(`/api/leases/${leaseId}/operations`, { fence, operations })
  },
  async submit(leaseId, fence, value, workSeconds) {
    const body = { fence, value, work_seconds: workSeconds }
    return (await answer<Submitted>(`/api/leases/${leaseId}/submit`, body)).annotation_id
  },
  async skip(leaseId, fence, reason) {
    await call(`/api/leases/${leaseId}/skip`, { fence, reason })
  },
  async decide(leaseId, fence, decision) {
    await call<Decided>(`/api/reviews/${leaseId}/decide`, { fence, ...decision })
  },
  farewell(leaseId, fence, operations: readonly Operation[]) {
    farewell(`/api/leases/${leaseId}/operations`, { fence, operations })
  },
}

/** What to tell whoever worked on a task that is theirs no more. */
export const whyLost = (name: string, error: ApiError): string =>
  error.code === 'lease_lost'
    ? `${name}: ${error.message}`
    : say('work.went_back_kept', { name })

/** Sent while the page closes; nobody waits for the answer. */
export function farewell(path: string, body: unknown, method: 'POST' | 'PUT' = 'POST'): void {
  const headers = { 'content-type': 'application/json' }
  const request = { method, body: JSON.stringify(body), headers, keepalive: true }
  void fetch(path, { ...request, credentials: 'same-origin' }).catch(() => undefined)
}

export const leaseNext = (projectId: string, besides: readonly string[], batch: string): Promise<LeaseOut | null> =>
  call<LeaseOut>(`/api/projects/${projectId}/lease`, { besides, batch })

export const reopen = (annotationId: string): Promise<LeaseOut> =>
  answer<LeaseOut>(`/api/annotations/${annotationId}/reopen`, {})

export const heartbeat = (leaseId: string, fence: number): Promise<unknown> =>
  call(`/api/leases/${leaseId}/heartbeat`, { fence })

export const release = (leaseId: string, fence: number): void => farewell(`/api/leases/${leaseId}/release`, { fence })

/** The caller's last answers, newest first. */
export async function mine(projectId: string): Promise<readonly MyAnswer[]> {
  return (await ask<MyAnswers>('GET', `/api/projects/${projectId}/mine?limit=10`)).answers
}
