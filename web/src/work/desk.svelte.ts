/** What reviewing and auditing share: one task in hand, saved as it is worked on, and one call at a time. */
import type { Draft, LeaseOut, ProjectPage } from '@/generated/types'
import { asError, type ApiError } from '@/lib/api'
import type { Entry, Stage } from '@/lib/store'
import type { Held } from '@/lib/sync'
import type { Value } from '@/lib/types'
import { Carried, type Editor } from '@/work/editor.svelte'
import { Saving } from '@/work/saving.svelte'
import { heartbeat, release, whyLost } from '@/work/transport'
import { say } from '@/lib/language.svelte'

type Lease = Pick<LeaseOut, 'lease_id' | 'task_id' | 'fence' | 'name'>

export abstract class Desk<T extends Lease> {
  readonly saving: Saving
  protected readonly scope = new AbortController()
  private readonly carried = new Carried()

  current = $state.raw<T | null>(null)
  editor = $state.raw<Editor | null>(null)
  error = $state.raw<ApiError | null>(null)
  notice = $state('')
  isEmpty = $state(false)
  isBusy = $state(false)

  constructor(
    protected readonly project: ProjectPage,
    personId: string,
    private readonly stage: Stage,
  ) {
    this.saving = new Saving(project, personId, {
      onsubmitted: () => undefined, // answers that a labelling view left here
      onlost: (entry, error) => void this.lose(entry.lease_id, error, entry.name),
      onrefused: (entry, error) => this.refuse(entry, error),
      ondecided: () => void this.goOn(),
    })
  }

  /** Sends what an earlier visit left, then takes the first task. */
  async start(): Promise<void> {
    const { signal } = this.scope
    const beat = setInterval(() => void this.beat(), 60_000)
    signal.addEventListener('abort', () => clearInterval(beat))
    addEventListener('online', () => void this.goOn(), { signal })
    addEventListener('pagehide', () => this.leave(), { signal })
    // a page that comes back out of the browser's cache has given its tasks away
    addEventListener('pageshow', (event) => event.persisted && location.reload(), { signal })
    await this.saving.start(signal)
    await this.next()
  }

  /** After signing in again. */
  async resume(): Promise<void> {
    this.error = null
    await this.saving.sync.resume()
    if (!this.current) await this.next()
  }

  /** The connection is back: the task that could not be fetched is. */
  private async goOn(): Promise<void> {
    if (!this.current && !this.isBusy && (this.error || this.isEmpty)) await this.next()
  }

  dismiss(): void {
    this.notice = ''
  }

  stop(): void {
    this.leave()
    this.scope.abort()
  }

  /** Takes the next task, or says that there is none. */
  abstract next(): Promise<void>

  /** Whether anything was done on the task in hand: then it stays the person's for a while after they leave. */
  protected get isWorkedOn(): boolean {
    return Boolean(this.editor && (this.editor.steps || this.editor.isRestored || this.editor.sketch))
  }

  /** All that is held: the task in hand first. */
  protected get held(): readonly T[] {
    return this.current ? [this.current] : []
  }

  /** Puts a task in hand as it was left; `base` is what the work on it begins from. */
  protected take(task: T | null, base: Value = {}, draft: Draft | null = null): void {
    this.current = task
    this.isEmpty = !task
    this.editor = task && this.saving.edit(this.heldAs(task), draft ?? { value: base }, this.carried, base)
  }

  /** The task in hand is done with, and the next one is not here yet. */
  protected putDown(): void {
    this.current = null
    this.editor = null
    this.isEmpty = false
    this.error = null
    this.notice = ''
  }

  /** Nothing of this task is to be sent any more. */
  protected finish(task: T): void {
    this.saving.sync.forget(this.heldAs(task))
  }

  /** Runs one call at a time; false when it went wrong, with the error kept. */
  protected async during(act: () => Promise<void>): Promise<boolean> {
    this.isBusy = true
    try {
      await act()
      this.error = null
      return true
    } catch (thrown) {
      this.error = asError(thrown)
      if (this.error.code === 'lease_lost' && this.current) await this.lose(this.current.lease_id, this.error)
      return false
    } finally {
      this.isBusy = false
    }
  }

  /** The task in hand went to somebody else: what was done on it is on the server, as this person's draft. */
  private async lose(leaseId: string, error: ApiError, name = ''): Promise<void> {
    const lost = this.current
    if (lost?.lease_id !== leaseId) {
      if (name) this.notice = whyLost(name, error)
      return
    }
    await this.next()
    if (this.current !== lost) this.notice = whyLost(lost.name, error)
  }

  /** The server will not have it as it is: the task in hand stays there, an earlier one comes again. */
  private refuse(entry: Entry, error: ApiError): void {
    if (entry.lease_id === this.current?.lease_id) this.error = error
    else this.notice = `${entry.name} was not taken: ${error.message} It comes to you again, as you left it.`
  }

  protected heldAs({ lease_id, task_id, fence, name }: T): Held {
    return { lease_id, task_id, fence, name, stage: this.stage }
  }

  private async beat(): Promise<void> {
    for (const { lease_id, fence } of this.held) {
      try {
        await heartbeat(lease_id, fence)
      } catch (thrown) {
        const error = asError(thrown)
        if ([404, 409].includes(error.status)) await this.letGo(lease_id, error)
      }
    }
  }

  /** A lease ran out. */
  protected async letGo(leaseId: string, error: ApiError): Promise<void> {
    await this.saving.sync.flush() // what was done under it is kept as it comes too late
    await this.lose(leaseId, error)
  }

  private leave(): void {
    this.saving.sync.farewell()
    for (const task of this.held) {
      if (task !== this.current || !this.isWorkedOn) release(task.lease_id, task.fence)
    }
  }
}
