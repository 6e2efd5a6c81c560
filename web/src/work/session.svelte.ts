/** A labelling session: the tasks held now and next, those done, and the way between them. */
import { preloadPicture } from '@/canvas/layers/picture'
import { tiledAddress } from '@/canvas/layers/tiles'
import type { AssetFacts, ItemData, LeaseOut, ProjectPage } from '@/generated/types'
import { ApiError, asError } from '@/lib/api'
import { LeaseMarks, type Entry } from '@/lib/store'
import type { Sync } from '@/lib/sync'
import type { Value } from '@/lib/types'
import * as edit from '@/work/edit'
import { Carried, type Editor } from '@/work/editor.svelte'
import { Saving } from '@/work/saving.svelte'
import { Suggested } from '@/work/suggested.svelte'
import * as server from '@/work/transport'
import { say } from '@/lib/language.svelte'

const BESIDES_MOST = 96 // what the server takes

/** How many tasks a page has in hand: so many behind the current one, so many at most, and so many done in sight. */
export interface Reach {
  readonly ahead: number
  readonly held: number
  readonly done: number
  /** Whole pictures are fetched before they are looked at. */
  readonly isWhole: boolean
}
const ONE_BY_ONE: Reach = { ahead: 3, held: 6, done: 10, isWhole: true }

/** A task in hand, with its editor and the seconds worked on it so far. */
export interface Held {
  readonly lease: LeaseOut
  readonly editor: Editor
  /** What models predicted of it. */
  readonly suggested: Suggested
  seconds: number
}

/** A task that was answered; `annotationId` is null while the answer is on its way. */
export interface Done {
  readonly taskId: string
  readonly name: string
  readonly annotationId: string | null
  readonly held: Held | null
}

/** Something to tell the person, with the task it is about where one can go back to it. */
export interface Notice {
  readonly text: string
  readonly taskId: string | null
}

export class Session {
  readonly project: ProjectPage
  readonly saving: Saving
  protected readonly sync: Sync
  private readonly carried = new Carried()
  private readonly marks: LeaseMarks
  private readonly scope = new AbortController()
  private readonly refused = new Map<string, Held>()
  private fetching: Promise<void> | null = null
  private submitted = 0

  held = $state.raw<readonly Held[]>([])
  at = $state(0)
  done = $state.raw<readonly Done[]>([])
  notice = $state.raw<Notice | null>(null)
  error = $state.raw<ApiError | null>(null)
  isEmpty = $state(false)
  /** From which score on one key takes suggestions over, where the person has said it; else the project says. */
  threshold: number | null = null
  /** Other tabs of this person hold tasks: that there are no more may be for them. */
  isBeside = $state(false)
  isLoading = $state(true)
  isFetching = $state(false)

  readonly current = $derived(this.held[this.at] ?? null)
  readonly ahead = $derived(this.held.slice(this.at + 1))

  /** `batch`: only tasks of this one are taken; "": of any and of none. */
  constructor(
    project: ProjectPage,
    personId: string,
    private readonly batch = '',
    private reach: Reach = ONE_BY_ONE,
  ) {
    this.project = project
    this.marks = new LeaseMarks(project.project_id)
    this.saving = new Saving(project, personId, {
      onsubmitted: (entry, annotationId) => this.settle(entry, annotationId),
      onlost: (entry, error) => this.lose(entry, error),
      onrefused: (entry, error) => this.refuse(entry, error),
    })
    this.sync = this.saving.sync
  }

  /** Sends what an earlier visit left, then takes the first task, or the one of this answer. */
  async start(annotationId: string | null): Promise<void> {
    const { signal } = this.scope
    addEventListener('online', () => void this.resume(), { signal })
    addEventListener('pagehide', () => this.leave(), { signal })
    const beat = setInterval(() => void this.beat(), 60_000)
    signal.addEventListener('abort', () => clearInterval(beat))
    await this.saving.start(signal)
    if (annotationId) await this.open(annotationId)
    await Promise.all([this.fetchAhead(), this.loadDone()])
  }

  /** Leaves the page: what is unsent goes out, what is untouched goes back. */
  stop(): void {
    this.leave()
    this.marks.keep([])
    this.scope.abort()
  }

  async resume(): Promise<void> {
    await this.sync.resume()
    await this.fetchAhead()
  }

  // ---- tasks -------------------------------------------------------------------------------------------------

  /** Takes tasks until enough wait behind the current one. */
  fetchAhead(): Promise<void> {
    this.isFetching = true
    this.fetching ??= this.fetch().finally(() => {
      this.fetching = null
      this.isFetching = false
      this.isLoading = false
    })
    return this.fetching
  }

  private async fetch(): Promise<void> {
    try {
      while (!this.scope.signal.aborted && this.hasRoom()) {
        const mine = [...this.held.map(({ lease }) => lease.lease_id), ...this.sync.leaving()]
        this.marks.keep(mine)
        const elsewhere = await this.marks.elsewhere()
        this.isBeside = elsewhere.length > 0
        const besides = [...elsewhere, ...mine].slice(-BESIDES_MOST)
        const before = this.submitted
        const lease = await server.leaseNext(this.project.project_id, besides, this.batch)
        const isTaken = lease !== null && elsewhere.includes(lease.lease_id)
        if (!lease || isTaken || this.isKnown(lease)) {
          this.isEmpty = true
          // an answer went off meanwhile: there may be more now
          if (lease || before === this.submitted) return
          continue
        }
        this.isEmpty = false
        if (!(await this.marks.claim(lease.lease_id))) continue // another tab was a moment earlier
        if (this.scope.signal.aborted) return this.marks.keep([])
        this.held = [...this.held, this.take(lease)]
        this.error = null
      }
    } catch (thrown) {
      const error = asError(thrown)
      if (['not_now', 'not_your_turn'].includes(error.code)) this.isEmpty = true // what is held can be finished; `NothingLeft` says why
      else if (error.status !== 401 && !(error.offline && this.held.length)) this.error = error
    }
  }

  /** From now on so many tasks in hand; of fewer those go back that are untouched, the last first. */
  protected setReach(reach: Reach): void {
    this.reach = reach
    const spare = this.held.slice(reach.held).filter((one) => one !== this.current && !this.isKept(one))
    for (const one of spare) {
      server.release(one.lease.lease_id, one.lease.fence)
      this.drop(one)
    }
    this.marks.keep(this.held.map(({ lease }) => lease.lease_id))
    void this.fetchAhead()
  }

  private hasRoom(): boolean {
    return this.held.length - this.at <= this.reach.ahead && this.held.length < this.reach.held
  }

  private isKnown(lease: LeaseOut): boolean {
    const isHeld = this.held.some((one) => one.lease.task_id === lease.task_id)
    return isHeld || this.sync.isSubmitting(lease.task_id)
  }

  private take(lease: LeaseOut): Held {
    const editor = this.saving.edit(lease, lease.draft, this.carried)
    if (this.reach.isWhole) preload(lease.item)
    const suggested = new Suggested(editor, lease.suggestions ?? [], this.threshold ?? undefined)
    return { lease, editor, suggested, seconds: 0 }
  }

  private async beat(): Promise<void> {
    for (const { lease } of this.held) {
      try {
        await server.heartbeat(lease.lease_id, lease.fence)
      } catch (thrown) {
        const error = asError(thrown)
        if (error.status === 409 || error.status === 404) this.letGo(lease, error)
      }
    }
  }

  /** The server gave a held task to the queue again: it stays in sight only when work was done on it. */
  private letGo(lease: LeaseOut, error: ApiError): void {
    const held = this.held.find((one) => one.lease === lease)
    if (!held) return
    const isWorkedOn = this.isSeen(held) && held.editor.isTouched
    this.drop(held)
    if (isWorkedOn) this.tell(server.whyLost(lease.name, error))
    void this.fetchAhead()
  }

  /** Whether the person has it before them. */
  protected isSeen(held: Held): boolean {
    return held === this.current
  }

  /** Whether it stays this person's when they leave the page. */
  protected isKept(held: Held): boolean {
    return held === this.current || held.editor.isTouched
  }

  private drop(held: Held): void {
    const at = this.held.indexOf(held)
    if (at < 0) return
    this.held = this.held.filter((one) => one !== held)
    if (at < this.at || this.at >= this.held.length) this.at = Math.max(0, Math.min(this.at - 1, this.held.length - 1))
  }

  // ---- the way through them ----------------------------------------------------------------------------------

  /** What keeps the current task from being submitted. */
  problems(): edit.Missing[] {
    return this.current ? edit.missing(this.project.schema, this.current.editor.value) : []
  }

  submit(held: Held | null = this.current): void {
    if (!held) return
    const value: Value = edit.askedValue(this.project.schema, held.editor.value)
    this.sync.submit(held.lease, value, Math.round(held.seconds * 10) / 10)
    this.carried.answered = value
    this.finish(held)
  }

  skip(reason: string, held: Held | null = this.current): void {
    if (!held) return
    this.sync.skip(held.lease, reason)
    this.drop(held)
    this.submitted += 1
    void this.fetchAhead()
  }

  private finish(held: Held): void {
    const { task_id: taskId, name } = held.lease
    const others = this.done.filter((one) => one.taskId !== taskId)
    this.done = [...others, { taskId, name, annotationId: null, held }].slice(-this.reach.done)
    this.notice = null
    this.submitted += 1
    this.drop(held)
    void this.fetchAhead()
  }

  next(): void {
    if (this.at + 1 < this.held.length) this.at += 1
    void this.fetchAhead()
  }

  async previous(): Promise<void> {
    if (this.at > 0) this.at -= 1
    else await this.back()
  }

  /** The last answer again, to be changed: undo across the border of a task. */
  async back(): Promise<void> {
    const last = this.done.at(-1)
    if (last) await this.reopen(last)
  }

  async reopen(done: Done): Promise<void> {
    if (done.held && this.sync.withdraw(done.taskId)) return this.putBack(done, done.held)
    await this.sync.flush()
    const known = this.done.find(({ taskId }) => taskId === done.taskId)
    if (known?.annotationId) await this.open(known.annotationId)
    else if (known) this.tell(say('work.that_answer_waits_for_the_connection'))
  }

  private putBack(done: Done, held: Held): void {
    this.done = this.done.filter((one) => one !== done)
    this.insert(held)
  }

  private async open(annotationId: string): Promise<void> {
    try {
      const lease = await server.reopen(annotationId)
      this.done = this.done.filter((one) => one.taskId !== lease.task_id)
      const known = this.held.findIndex((one) => one.lease.task_id === lease.task_id)
      if (known >= 0) this.at = known
      else this.insert(this.take(lease))
    } catch (thrown) {
      const error = asError(thrown)
      if (error.status === 401) return
      this.tell(error.code === 'conflict' ? say('work.a_reviewer_has_that_answer_already') : error.message)
    }
  }

  private insert(held: Held): void {
    void this.marks.claim(held.lease.lease_id)
    this.held = [...this.held.slice(0, this.at), held, ...this.held.slice(this.at)]
  }

  /** Goes to a task that was refused, or one that is held. */
  goTo(taskId: string): void {
    const refused = this.refused.get(taskId)
    this.refused.delete(taskId)
    this.notice = null
    if (refused) {
      this.done = this.done.filter((one) => one.taskId !== taskId)
      this.sync.adopt(refused.lease)
      return this.insert(refused)
    }
    const at = this.held.findIndex(({ lease }) => lease.task_id === taskId)
    if (at >= 0) this.at = at
  }

  dismiss(): void {
    this.notice = null
  }

  // ---- what became of it -------------------------------------------------------------------------------------

  private settle(entry: Entry, annotationId: string): void {
    this.done = this.done.map((one) => (one.taskId === entry.task_id ? { ...one, annotationId, held: null } : one))
    this.submitted += 1
    void this.fetchAhead()
  }

  protected lose(entry: Entry, error: ApiError): void {
    this.done = this.done.filter((one) => one.taskId !== entry.task_id)
    const held = this.held.find(({ lease }) => lease.task_id === entry.task_id)
    if (held) this.drop(held)
    this.tell(server.whyLost(entry.name, error))
    void this.fetchAhead()
  }

  protected refuse(entry: Entry, error: ApiError): void {
    const done = this.done.find((one) => one.taskId === entry.task_id)
    const where = error.where ? ` (${error.where})` : ''
    if (done?.held) this.refused.set(entry.task_id, done.held)
    const text = say('work.not_taken', { name: entry.name, why: error.message + where })
    this.notice = { text, taskId: done?.held ? entry.task_id : null }
  }

  protected tell(text: string): void {
    this.notice = { text, taskId: null }
  }

  private async loadDone(): Promise<void> {
    try {
      const found = await server.mine(this.project.project_id)
      const held = new Set(this.held.map(({ lease }) => lease.task_id))
      const known = new Set(this.done.map(({ taskId }) => taskId))
      const earlier = found
        .filter(({ task_id }) => !known.has(task_id) && !held.has(task_id))
        .map(({ task_id, name, annotation_id }): Done => ({
          taskId: task_id,
          name,
          annotationId: annotation_id,
          held: null,
        }))
      this.done = [...earlier.reverse(), ...this.done].slice(-this.reach.done)
    } catch (thrown) {
      // the strip then begins with this visit's answers; the tasks themselves do not need it
      if (!asError(thrown).offline) this.error ??= asError(thrown)
    }
  }

  private leave(): void {
    this.sync.farewell()
    const unused = this.held.filter((one) => !this.isKept(one))
    for (const { lease } of unused) server.release(lease.lease_id, lease.fence)
    this.held = this.held.filter((one) => !unused.includes(one))
    this.marks.keep(this.held.map(({ lease }) => lease.lease_id))
    this.at = 0
  }
}

/** Loads and decodes the item's pictures before they are asked for. */
function preload(item: ItemData): void {
  for (const facts of Object.values(item.assets ?? {})) {
    if (facts.media_type.startsWith('image/')) preloadPicture(pictureUrl(facts))
  }
}

/** Where a picture's bytes are; a picture drawn in the browser brings them as a data address. */
export const blobUrl = (sha256: string): string => (sha256.startsWith('data:') ? sha256 : `/api/blobs/${sha256}`)

const WHOLE_MOST = 40e6 // pixels that a browser is given whole

/** Where a picture's pixels come from: whole, or in tiles where it is large. */
export function pictureUrl({ sha256, width_px = 0, height_px = 0 }: AssetFacts): string {
  const url = blobUrl(sha256)
  return width_px * height_px > WHOLE_MOST && !url.startsWith('data:') ? tiledAddress(url) : url
}
