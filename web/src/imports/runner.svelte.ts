/** One import under way: reads what was given, sends it, waits, tries again, finishes. It outlives the page. */
import type { ImportPage, ImportRow, ItemsAdded, NewImport } from '@/generated/types'
import { ApiError, ask, asError, SIGNED_OUT } from '@/lib/api'
import { bundled, labelledRoots } from './bundle'
import { forgetImport, keepFiles, keepImport, keptFiles, type KeptImport } from './keep'
import { UploadQueue, type Batch, type Totals } from './queue'
import { pace, sampled, type Pace } from './rate'
import { refusals, type Refusal } from './refusals'
import { mayPass, sendBatch, type Reading, type Sending } from './send'
import { mayRead, ofHandles, type Dropped, type Seen } from './walk'
import { say } from '@/lib/language.svelte'

export type Phase = 'running' | 'paused' | 'over' | 'cancelled'

const SHOWN_MOST = 1000
/** Files taken in before the page is drawn again: the browser asks the disk for each one's size. */
const READ_AT_ONCE = 50

export class ImportRunner {
  phase = $state<Phase>('running')
  /** Files seen while a folder is being read; null when it is not. */
  reading = $state<number | null>(null)
  totals = $state.raw<Totals>({ files: 0, bytes: 0, done: 0, doneBytes: 0, rejected: 0, failed: 0, sending: 0 })
  sentBytes = $state(0)
  pace = $state.raw<Pace | null>(null)
  accepted = $state(0)
  /** The same content was there already; known once the server has counted. */
  known = $state(0)
  refusals = $state.raw<Refusal[]>([])
  refusedCount = $state(0)
  /** Waiting files whose folder has to be given again. */
  missing = $state(0)
  /** Seconds until the next try, while nothing can be sent. */
  retryIn = $state<number | null>(null)
  error = $state.raw<ApiError | null>(null)

  readonly #queue = new UploadQueue()
  readonly #files = new Map<string, File>()
  readonly #sendings = new Map<Batch, { sending: Sending; sent: number }>()
  #samples: Parameters<typeof sampled>[0] = []
  #clock: ReturnType<typeof setInterval> | undefined
  #keeping: Promise<void> = Promise.resolve()
  #finished = false

  private constructor(readonly kept: KeptImport) {}

  /** Open a new import on the server and in this browser. */
  static async open(project_id: string, origin: NewImport, reading: Reading): Promise<ImportRunner> {
    const row = await ask<ImportRow>('POST', `/api/projects/${project_id}/imports`, origin)
    const { import_id, name } = row
    const kept: KeptImport = { import_id, project_id, name, started_at: Date.now(), handles: [], ...reading }
    await keepImport(kept)
    return new ImportRunner(kept)
  }

  /** Go on with an import that a closed or reloaded page left behind. */
  static async resume(kept: KeptImport): Promise<ImportRunner> {
    const runner = new ImportRunner(kept)
    const { project_id, import_id } = kept
    const page = await ask<ImportPage>('GET', `/api/projects/${project_id}/imports/${import_id}`)
    runner.#count(page)
    runner.refusals = page.rejections.map(({ place, reason }) => ({ place: place ?? '', reason, path: place ?? '' }))
    runner.#queue.restore(await keptFiles(import_id))
    runner.#update()
    return runner
  }

  /** Ask for the kept folders again (on a click) and go on. False: the browser or the person said no. */
  async reopen(): Promise<boolean> {
    const { handles } = this.kept
    if (!handles.length || !(await mayRead(handles))) return false
    await this.add({ ...ofHandles(handles), handles: [] })
    return true
  }

  /** Take files in, some at a time, and send while the rest is still being read; labels go with their pictures. */
  async add({ handles, walk }: Dropped): Promise<void> {
    if (handles.length) {
      this.kept.handles = [...this.kept.handles, ...handles]
      await keepImport({ ...this.kept, handles: [...this.kept.handles] })
    }
    this.reading = 0
    this.#finished = false
    this.phase = 'running'
    this.#start()
    try {
      const roots = this.kept.format ? { has: () => true } : await labelledRoots(walk())
      let part: Seen[] = []
      for await (const seen of bundled(walk(), roots, this.kept.name)) {
        if (this.#isCancelled) return
        part.push(seen)
        this.reading = (this.reading ?? 0) + 1
        if (part.length < READ_AT_ONCE) continue
        part = this.#take(part)
        await new Promise((resolve) => setTimeout(resolve))
      }
      this.#take(part)
    } catch (thrown) {
      this.error = asError(thrown)
    }
    this.reading = null
    if (this.totals.files > 0) this.#pump()
    else await this.#dropEmpty()
  }

  get #isCancelled(): boolean {
    return this.phase === 'cancelled'
  }

  /** Nothing was in what was given: the import is taken back. */
  async #dropEmpty(): Promise<void> {
    await this.cancel()
    this.error ??= new ApiError(-1, 'empty', say('imports.no_files_were_found_there_nothing'))
  }

  #take(part: readonly Seen[]): [] {
    for (const { path, file } of part) this.#files.set(path, file)
    this.#queue.add(part.map(({ path, file }) => ({ path, size: file.size, mtime: file.lastModified })))
    this.#pump()
    return []
  }

  pause(): void {
    this.phase = 'paused'
    for (const { sending } of this.#sendings.values()) sending.stop()
    this.#update()
  }

  goOn(): void {
    this.phase = 'running'
    this.error = null
    this.#start()
    this.#pump()
  }

  /** Stop and tell the server; what has arrived stays. */
  async cancel(): Promise<void> {
    this.phase = 'cancelled'
    this.reading = null
    for (const { sending } of this.#sendings.values()) sending.stop()
    this.#stop()
    await this.#keeping
    await forgetImport(this.kept.import_id)
    await this.#tell('cancel')
  }

  /** Send again what was refused or did not arrive. */
  again(): void {
    const count = this.#queue.retry()
    if (!count) return
    this.refusals = this.refusals.filter((one) => !one.path)
    this.refusedCount = this.refusals.length
    this.#finished = false
    this.goOn()
  }

  #pump(): void {
    if (this.phase === 'running') {
      const isAtHand = (path: string) => this.#files.has(path)
      let batch = this.#queue.take(Date.now(), isAtHand)
      while (batch) {
        void this.#send(batch)
        batch = this.#queue.take(Date.now(), isAtHand)
      }
    }
    this.#update()
    this.#keep()
    if (this.#queue.isOver && this.reading === null && !this.#finished) void this.#finish()
  }

  async #send(batch: Batch): Promise<void> {
    const fileAt = (path: string) => this.#files.get(path) ?? new File([], path)
    const entry = { sent: 0, sending: sendBatch(this.kept, batch, fileAt, (sent) => (entry.sent = sent)) }
    this.#sendings.set(batch, entry)
    try {
      this.#settle(batch, await entry.sending.answer)
    } catch (thrown) {
      this.#fail(batch, asError(thrown))
    }
    this.#sendings.delete(batch)
    this.#pump()
  }

  #settle(batch: Batch, answer: ItemsAdded): void {
    const refused = refusals(batch, answer.rejected)
    this.#queue.settle(batch, new Map(refused.map((one) => [one.path, one.reason])))
    this.error = null
    this.accepted += answer.accepted
    this.known += answer.known ?? 0
    this.refusedCount += Math.max(0, (answer.rejected_count ?? 0) - (answer.known ?? 0))
    this.refusals = [...this.refusals, ...refused].slice(0, SHOWN_MOST)
  }

  #fail(batch: Batch, error: ApiError): void {
    if (error.code === 'cancelled') return this.#queue.putBack(batch)
    if (error.status === 401) {
      this.#queue.putBack(batch)
      this.phase = 'paused'
      dispatchEvent(new CustomEvent(SIGNED_OUT))
      return
    }
    this.error = error
    this.#queue.fail(batch, error.message, Date.now(), !mayPass(error))
    const rows = this.#queue.notTaken(SHOWN_MOST).filter((one) => one.state === 'failed')
    const known = new Set(this.refusals.map((one) => one.path))
    const fresh = rows.filter(({ path }) => !known.has(path)).map(({ path, reason }) => ({ place: path, reason, path }))
    this.refusals = [...this.refusals, ...fresh].slice(0, SHOWN_MOST)
    this.refusedCount += fresh.length
  }

  async #finish(): Promise<void> {
    this.#finished = true
    this.phase = 'over'
    this.#stop()
    await this.#keeping
    if (!this.totals.failed) await forgetImport(this.kept.import_id)
    await this.#tell('finish')
  }

  /** The server's own count, also of what an earlier page has sent. */
  #count({ accepted, known, rejected }: ImportRow): void {
    this.accepted = accepted
    this.known = known
    this.refusedCount = rejected + this.totals.failed
  }

  async #tell(what: 'finish' | 'cancel'): Promise<void> {
    const { project_id, import_id } = this.kept
    try {
      this.#count(await ask<ImportRow>('POST', `/api/projects/${project_id}/imports/${import_id}/${what}`))
    } catch (thrown) {
      this.error = asError(thrown)
    }
  }

  /** One write after another; each holds what changed since the one before. */
  #keep(): void {
    const changed = this.#queue.takeChanged()
    if (!changed.length) return
    this.#keeping = this.#keeping
      .then(() => keepFiles(this.kept.import_id, changed))
      .catch((thrown: unknown) => void (this.error = asError(thrown)))
  }

  #start(): void {
    this.#samples = []
    this.#clock ??= setInterval(() => this.#tick(), 500)
  }

  #stop(): void {
    clearInterval(this.#clock)
    this.#clock = undefined
    this.pace = null
    this.retryIn = null
  }

  #tick(): void {
    if (this.phase === 'running') this.#pump()
    const now = Date.now()
    this.#samples = sampled(this.#samples, { at: now, files: this.#handled(), bytes: this.sentBytes })
    this.pace = pace(this.#samples, this.totals.bytes - this.sentBytes)
    const next = this.#sendings.size ? null : this.#queue.nextAt()
    this.retryIn = next !== null && next > now ? Math.ceil((next - now) / 1000) : null
  }

  #handled(): number {
    return this.totals.done + this.totals.rejected + this.totals.failed
  }

  #update(): void {
    this.totals = this.#queue.totals
    let flying = 0
    for (const [batch, { sent }] of this.#sendings) flying += Math.min(sent, batch.bytes)
    this.sentBytes = Math.min(this.totals.bytes, this.totals.doneBytes + flying)
    const isIdle = this.reading === null && !this.#sendings.size
    this.missing = isIdle ? this.#queue.missing((path) => this.#files.has(path)) : 0
  }
}

/** The imports under way in this tab, by project. */
export const runners = $state<{ byProject: Record<string, ImportRunner> }>({ byProject: {} })

addEventListener('beforeunload', (event) => {
  if (Object.values(runners.byProject).some((one) => one.phase === 'running' && one.totals.files > 0)) {
    event.preventDefault()
  }
})
