/** The reviewer's queue: the task in hand, and the one after it fetched while they look. */
import type { Decision, ReviewOut } from '@/generated/types'
import { api, asError, type ApiError } from '@/lib/api'
import { farewell, heartbeat } from '@/work/transport'

export class Reviews {
  current = $state.raw<ReviewOut | null>(null)
  error = $state.raw<ApiError | null>(null)
  isEmpty = $state(false)
  isBusy = $state(false)
  decided = $state(0)
  private upcoming: ReviewOut | null = null
  private looking: Promise<void> = Promise.resolve()
  private readonly beat: ReturnType<typeof setInterval>

  /** `batch`: only tasks of this one are taken; "": of any and of none. */
  constructor(
    private readonly projectId: string,
    private readonly batch = '',
  ) {
    this.beat = setInterval(() => void this.keep(), 60_000)
  }

  stop(): void {
    clearInterval(this.beat)
    for (const held of [this.current, this.upcoming]) {
      if (held) farewell(`/api/leases/${held.lease_id}/release`, { fence: held.fence })
    }
  }

  async next(): Promise<void> {
    await this.during(async () => {
      await this.looking // two calls at once could lease two tasks, and show neither
      this.current = this.upcoming ?? (await this.lease([]))
      this.upcoming = null
      this.isEmpty = !this.current
    })
    this.looking = this.lookAhead()
  }

  async decide(decision: Omit<Decision, 'fence'>): Promise<boolean> {
    const held = this.current
    if (!held || this.isBusy) return false
    const isDone = await this.during(async () => {
      await api('POST', `/api/reviews/${held.lease_id}/decide`, { fence: held.fence, ...decision })
    })
    if (isDone) this.decided += 1
    if (isDone || this.error?.code === 'lease_lost') await this.next()
    return isDone
  }

  async skip(reason: string): Promise<void> {
    const held = this.current
    if (!held || this.isBusy) return
    const isDone = await this.during(async () => {
      await api('POST', `/api/leases/${held.lease_id}/skip`, { fence: held.fence, reason })
    })
    if (isDone) await this.next()
  }

  private lease(besides: readonly string[]): Promise<ReviewOut | null> {
    return api<ReviewOut>('POST', `/api/projects/${this.projectId}/reviews/lease`, { besides, batch: this.batch })
  }

  private async lookAhead(): Promise<void> {
    if (!this.current || this.upcoming) return
    const now = this.current
    try {
      const found = await this.lease([now.lease_id])
      if (found && found.lease_id !== this.current?.lease_id) this.upcoming = found
    } catch {
      // it is asked for again when it is due, and the error told then
    }
  }

  private async keep(): Promise<void> {
    for (const held of [this.current, this.upcoming]) {
      if (!held) continue
      try {
        await heartbeat(held.lease_id, held.fence)
      } catch (thrown) {
        if (asError(thrown).status === 409 && held === this.upcoming) this.upcoming = null
      }
    }
  }

  /** Runs one call at a time; false when it went wrong, with the error kept. */
  private async during(act: () => Promise<void>): Promise<boolean> {
    this.isBusy = true
    try {
      await act()
      this.error = null
      return true
    } catch (thrown) {
      this.error = asError(thrown)
      return false
    } finally {
      this.isBusy = false
    }
  }
}
