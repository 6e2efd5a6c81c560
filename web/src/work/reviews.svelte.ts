/** The reviewer's queue: the task in hand, and the one after it fetched while they look. */
import type { Decision, PinnedComment, ProjectPage, ReviewOut, ReviewsWaiting } from '@/generated/types'
import { api, ask, type ApiError } from '@/lib/api'
import { Notes } from '@/lib/notes'
import type { Value } from '@/lib/types'
import { Desk } from '@/work/desk.svelte'

/** What the reviewer has said about the task in hand and not sent. */
export interface Said {
  readonly comments: readonly PinnedComment[]
  /** The comment being written. */
  readonly comment: string
  /** Why the answers go back, being written. */
  readonly returning: string
}
const NOTHING: Said = { comments: [], comment: '', returning: '' }

export class Reviews extends Desk<ReviewOut> {
  said = $state.raw<Said>(NOTHING)
  waiting = $state.raw<ReviewsWaiting | null>(null)
  decided = $state(0)
  private upcoming: ReviewOut | null = null
  private looking: Promise<void> = Promise.resolve()
  private readonly notes: Notes<Said>

  /** `batch`: only tasks of this one are taken; "": of any and of none. */
  constructor(
    project: ProjectPage,
    personId: string,
    private readonly batch = '',
  ) {
    super(project, personId, 'review')
    this.notes = new Notes(personId)
  }

  async next(): Promise<void> {
    await this.during(async () => {
      await this.looking // two calls at once could lease two tasks, and show neither
      const task = this.upcoming ?? (await this.lease([]))
      this.upcoming = null
      this.said = (task && this.notes.read(task.task_id)) ?? NOTHING
      this.take(task, (task?.merged ?? {}) as Value, task?.draft)
      this.waiting = task ? null : await ask('GET', `/api/projects/${this.project.project_id}/reviews/waiting`)
    })
    this.looking = this.lookAhead()
  }

  /** Keeps what is said until the task is decided. */
  say(more: Partial<Said>): void {
    this.said = { ...this.said, ...more }
    if (!this.current) return
    if (this.hasSaid) this.notes.write(this.current.task_id, this.said)
    else this.notes.drop(this.current.task_id)
  }

  decide(decision: Omit<Decision, 'fence'>): Promise<boolean> {
    return this.end(`/api/reviews/${this.current?.lease_id}/decide`, { comments: [...this.said.comments], ...decision })
  }

  skip(reason: string): Promise<boolean> {
    return this.end(`/api/leases/${this.current?.lease_id}/skip`, { reason })
  }

  /** The last call about the task in hand; then the next one is taken. */
  private async end(path: string, body: object): Promise<boolean> {
    const task = this.current
    if (!task || this.isBusy) return false
    const isDone = await this.during(async () => {
      await this.saving.sync.flush()
      await api('POST', path, { fence: task.fence, ...body })
      this.finish(task)
      this.notes.drop(task.task_id)
      this.notice = ''
    })
    if (!isDone) return false
    if (path.endsWith('/decide')) this.decided += 1
    await this.next()
    return true
  }

  protected override get isWorkedOn(): boolean {
    return super.isWorkedOn || this.hasSaid
  }

  protected override get held(): readonly ReviewOut[] {
    return [this.current, this.upcoming].filter((one) => one !== null)
  }

  protected override async letGo(leaseId: string, error: ApiError): Promise<void> {
    if (this.upcoming?.lease_id === leaseId) this.upcoming = null
    else await super.letGo(leaseId, error)
  }

  private get hasSaid(): boolean {
    const { comments, comment, returning } = this.said
    return Boolean(comments.length || comment || returning)
  }

  private lease(besides: readonly string[]): Promise<ReviewOut | null> {
    const path = `/api/projects/${this.project.project_id}/reviews/lease`
    return api<ReviewOut>('POST', path, { besides, batch: this.batch })
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
}
