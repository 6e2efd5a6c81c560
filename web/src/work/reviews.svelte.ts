/** The reviewer's queue: the task in hand, and the one after it fetched while they look. */
import type { Decision, PinnedComment, ProjectPage, ReviewOut, ReviewsWaiting } from '@/generated/types'
import { api, ask, type ApiError } from '@/lib/api'
import { Notes } from '@/lib/notes'
import { LeaseMarks, type Outgoing } from '@/lib/store'
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
/** Which of a project's reviews: those of its levels, or of what is undecided. */
export type Part = 'review' | 'adjudication'
const BESIDES_MOST = 8 // what the server takes
const NOTHING: Said = { comments: [], comment: '', returning: '' }

export class Reviews extends Desk<ReviewOut> {
  said = $state.raw<Said>(NOTHING)
  waiting = $state.raw<ReviewsWaiting | null>(null)
  decided = $state(0)
  /** That the reviewer worked on the task in hand. */
  seconds = $state(0)
  /** Other tabs of this person hold reviews: that there are no more may be for them. */
  isBeside = $state(false)
  private upcoming: ReviewOut | null = null
  private looking: Promise<void> = Promise.resolve()
  private readonly notes: Notes<Said>
  private readonly marks: LeaseMarks

  /** `part`: of the review levels, or what is undecided; `batch`: only tasks of this one are taken; "": of any and of none. */
  constructor(
    project: ProjectPage,
    personId: string,
    private readonly batch = '',
    private readonly part: Part = 'review',
  ) {
    super(project, personId, 'review')
    this.notes = new Notes(personId)
    this.marks = new LeaseMarks(project.project_id, 'review')
  }

  async next(): Promise<void> {
    await this.during(async () => {
      await this.looking // two calls at once could lease two tasks, and show neither
      const task = this.upcoming ?? (await this.lease())
      this.upcoming = null
      this.seconds = 0
      this.said = (task && this.notes.read(task.task_id)) ?? NOTHING
      this.take(task, (task?.merged ?? {}) as Value, task?.draft)
      this.waiting = task ? null : await ask('GET', `${this.path}/waiting`)
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
    const work_seconds = Math.round(this.seconds * 10) / 10
    return this.end({ act: 'decide', decision: { comments: [...this.said.comments], work_seconds, ...decision } })
  }

  skip(reason: string): Promise<boolean> {
    return this.end({ act: 'skip', reason })
  }

  override stop(): void {
    super.stop()
    this.marks.keep([])
  }

  /** The last word about the task in hand, kept in this browser until the server has it; then the next one is taken. */
  private async end(what: Outgoing): Promise<boolean> {
    const task = this.current
    if (!task || this.isBusy) return false
    this.isBusy = true
    const outcome = await this.saving.sync.hand(this.heldAs(task), what)
    if (outcome !== 'lost') this.isBusy = false
    if (outcome === 'lost' || outcome === 'refused') return false
    if (what.act === 'decide') this.decided += 1
    else this.notes.drop(task.task_id)
    this.putDown()
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

  private get path(): string {
    return `/api/projects/${this.project.project_id}/${this.part === 'review' ? 'reviews' : 'adjudications'}`
  }

  private get hasSaid(): boolean {
    const { comments, comment, returning } = this.said
    return Boolean(comments.length || comment || returning)
  }

  /** A review that neither this tab nor another one of this browser has. */
  private async lease(): Promise<ReviewOut | null> {
    for (;;) {
      const mine = [...this.held.map(({ lease_id }) => lease_id), ...this.saving.sync.leaving()]
      this.marks.keep(mine)
      const elsewhere = await this.marks.elsewhere()
      this.isBeside = elsewhere.length > 0
      const besides = [...elsewhere, ...mine].slice(-BESIDES_MOST)
      const found = await api<ReviewOut>('POST', `${this.path}/lease`, { besides, batch: this.batch })
      if (!found || elsewhere.includes(found.lease_id) || mine.includes(found.lease_id)) return null
      if (await this.marks.claim(found.lease_id)) return found // else another tab was a moment earlier
    }
  }

  private async lookAhead(): Promise<void> {
    if (!this.current || this.upcoming) return
    try {
      const found = await this.lease()
      if (found && found.lease_id !== this.current?.lease_id) this.upcoming = found
    } catch {
      // it is asked for again when it is due, and the error told then
    }
  }
}
