/** Replies on their way: asked for, followed as they come, and found again after a break. The server keeps them all. */
import type { Task } from '@/canvas/task'
import type { ReplyAsked, ReplyPart, ReplyShown, Replies } from '@/generated/types'
import { api, ask, ApiError, asError, send } from '@/lib/api'

const TRIES = 5
const PAUSE_MS = 1000

export class Asking {
  /** All that this task has been answered and that is not in its conversation yet. */
  replies = $state.raw<readonly ReplyShown[]>([])
  error = $state.raw<ApiError | null>(null)
  private scope = new AbortController()

  /** `onended`: replies that were asked for at once are all here. */
  constructor(private readonly onended: (replies: readonly ReplyShown[]) => void) {}

  get isRunning(): boolean {
    return this.replies.some(({ finish }) => !finish)
  }

  /** Another task: what runs goes on without being followed from here. */
  leave(): void {
    this.scope.abort()
    this.scope = new AbortController()
    this.replies = []
    this.error = null
  }

  async ask(task: Task, asked: Omit<ReplyAsked, 'fence'>): Promise<void> {
    const { signal } = this.scope
    this.error = null
    try {
      const body = { ...asked, fence: task.fence }
      const found = await ask<Replies>('POST', `/api/leases/${task.lease_id}/replies`, body)
      if (signal.aborted) return
      this.replies = [...this.replies, ...found.replies]
      await this.follow(task, signal)
    } catch (thrown) {
      if (!signal.aborted) this.error = asError(thrown)
    }
  }

  /** What came while nobody looked, and what still comes; `isKnown`: it is in the conversation already. */
  async find(task: Task, field: string, isKnown: (reply: ReplyShown) => boolean): Promise<void> {
    const { signal } = this.scope
    try {
      const found = await ask<Replies>('GET', `/api/leases/${task.lease_id}/replies?field=${encodeURIComponent(field)}`)
      if (signal.aborted) return
      const begun = new Set(found.replies.map((one) => one.continues)) // another one holds what they said
      const isOver = (one: ReplyShown): boolean => begun.has(one.reply_id) || (one.finish !== '' && !one.text.trim())
      this.replies = found.replies.filter((one) => !isOver(one) && !isKnown(one))
      if (this.isRunning) await this.follow(task, signal)
      else this.settle()
    } catch (thrown) {
      if (!signal.aborted && asError(thrown).status !== 404) this.error = asError(thrown)
    }
  }

  /** Ends what runs; what came so far stays. */
  async stop(task: Task): Promise<void> {
    try {
      await api('POST', `/api/leases/${task.lease_id}/replies/stop`, { fence: task.fence })
    } catch (thrown) {
      this.error = asError(thrown)
    }
  }

  /** Without the replies of this asking: they are asked for anew. */
  forget(asked: string): void {
    this.replies = this.replies.filter((one) => one.asked !== asked)
  }

  private async follow(task: Task, signal: AbortSignal): Promise<void> {
    for (let tries = 0; this.isRunning && !signal.aborted; tries++) {
      try {
        await this.read(task, signal)
        if (!this.isRunning) return
      } catch (thrown) {
        if (signal.aborted) return
        const error = asError(thrown)
        if (!error.offline && error.status > 0) throw error
      }
      // a cut connection: the server goes on, and tells all of it again
      if (tries >= TRIES) throw new ApiError(0, 'offline', '')
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }

  private async read(task: Task, signal: AbortSignal): Promise<void> {
    const ids = this.replies.filter(({ finish }) => !finish).map(({ reply_id }) => reply_id)
    const path = `/api/leases/${task.lease_id}/replies/stream?ids=${ids.join(',')}`
    const reader = (await send('GET', path, { signal })).body?.getReader()
    const decoder = new TextDecoder()
    let held = ''
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      held += decoder.decode(part.value, { stream: true })
      const lines = held.split('\n')
      held = lines.pop() ?? ''
      this.take(lines.filter(Boolean).map((line) => JSON.parse(line) as ReplyPart))
    }
  }

  private take(parts: readonly ReplyPart[]): void {
    if (!parts.length) return
    let next = this.replies
    for (const { reply_id, text, is_whole, finish, problem } of parts) {
      next = next.map((one) =>
        one.reply_id === reply_id ? { ...one, text: is_whole ? text : one.text + text, finish, problem } : one,
      )
    }
    this.replies = next
    this.settle()
  }

  /** Tells on the rounds of which all is here and something was said; what failed whole stays in sight. */
  private settle(): void {
    for (const asked of new Set(this.replies.map((one) => one.asked))) {
      const round = this.replies.filter((one) => one.asked === asked)
      if (round.some(({ finish }) => !finish) || !round.some(({ text }) => text.trim())) continue
      this.forget(asked)
      this.onended(round)
    }
  }
}
