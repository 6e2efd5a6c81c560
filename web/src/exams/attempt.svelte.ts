/** An attempt at an exam in hand: one item after the other, each step kept on the server as it is made. */
import type { AttemptOut, ProjectPage } from '@/generated/types'
import { api, ask, asError, type ApiError } from '@/lib/api'
import type { SyncStatus } from '@/lib/sync'
import type { Value } from '@/lib/types'
import { Carried, Editor } from '@/work/editor.svelte'
import { farewell } from '@/work/transport'

const KEEP_AFTER_MS = 400

export class Attempt {
  out = $state.raw<AttemptOut | null>(null)
  editor = $state.raw<Editor | null>(null)
  /** The known answer of the item before is being looked at. */
  isReading = $state(false)
  error = $state.raw<ApiError | null>(null)
  isBusy = $state(false)
  seconds = 0
  private isUnsaved = $state(false)
  private isOffline = $state(false)
  readonly status = $derived<SyncStatus>(this.statusNow())
  private timer: ReturnType<typeof setTimeout> | undefined
  private sending: Promise<void> = Promise.resolve()
  private readonly carried = new Carried()
  private readonly scope = new AbortController()

  constructor(private readonly examId: string) {}

  /** Begins, or goes on where the person was. */
  async start(): Promise<void> {
    const { signal } = this.scope
    addEventListener('pagehide', () => this.leave(), { signal })
    addEventListener('online', () => void this.keep(), { signal })
    await this.during(async () => this.show(await ask<AttemptOut>('POST', `/api/exams/${this.examId}/attempts`)))
  }

  stop(): void {
    this.leave()
    this.scope.abort()
  }

  /** After signing in again. */
  async resume(): Promise<void> {
    this.error = null
    if (this.out) await this.keep()
    else await this.start()
  }

  async submit(value: Value): Promise<void> {
    const { out } = this
    if (!out?.asked || this.isBusy) return
    clearTimeout(this.timer)
    await this.sending
    const answer = { position: out.asked.position, value, work_seconds: Math.round(this.seconds * 10) / 10 }
    await this.during(async () => {
      const next = await ask<AttemptOut>('POST', `/api/attempts/${out.attempt_id}/answers`, answer)
      this.isUnsaved = false
      this.show(next)
      this.isReading = next.feedback != null
    })
  }

  /** On from the known answer to the next item, or to the end. */
  goOn(): void {
    this.isReading = false
  }

  /** What a labelling view wants to know of a project, told of the exam. */
  get project(): ProjectPage | null {
    const { out } = this
    if (!out) return null
    return {
      project_id: out.exam_id, name: out.name, state: 'open', kinds: [], overlap: 1, review: false, counts: {},
      created_at: '', overlap_most: 1, schema: out.schema, schema_version: 1, guideline: out.guideline,
      guideline_version: 1, stop_risk: null,
    } as ProjectPage
  }

  private show(out: AttemptOut): void {
    this.out = out
    this.seconds = 0
    this.editor = out.asked
      ? new Editor({
          schema: out.schema, draft: out.asked.draft, carried: this.carried, base: {},
          onoperations: () => this.touch(),
        })
      : null
  }

  private touch(): void {
    this.isUnsaved = true
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.keep(), KEEP_AFTER_MS)
  }

  private keep(): Promise<void> {
    clearTimeout(this.timer)
    this.sending = this.sending.then(() => this.send())
    return this.sending
  }

  private async send(): Promise<void> {
    const draft = this.draft()
    if (!draft || !this.isUnsaved) return
    this.isUnsaved = false
    try {
      await api('PUT', draft.path, draft.body)
      this.isOffline = false
    } catch (thrown) {
      const error = asError(thrown)
      if (error.code === 'conflict') return this.reload() // it was answered in another tab
      this.isUnsaved = true
      this.isOffline = error.offline
      if (error.offline) this.timer = setTimeout(() => void this.keep(), 5000)
      else if (error.status !== 401) this.error = error
    }
  }

  private async reload(): Promise<void> {
    await this.during(async () => this.show(await ask<AttemptOut>('GET', `/api/attempts/${this.out?.attempt_id}`)))
  }

  private draft() {
    const { out, editor } = this
    if (!out?.asked || !editor) return null
    const body = { position: out.asked.position, value: editor.value, sketch: editor.sketch, operations: editor.steps }
    return { path: `/api/attempts/${out.attempt_id}/draft`, body }
  }

  private leave(): void {
    clearTimeout(this.timer)
    const draft = this.isUnsaved ? this.draft() : null
    if (draft) farewell(draft.path, draft.body, 'PUT')
  }

  private statusNow(): SyncStatus {
    if (this.isOffline) return { state: 'offline', waiting: 1 }
    return { state: this.isUnsaved || this.isBusy ? 'saving' : 'saved', waiting: 0 }
  }

  private async during(act: () => Promise<void>): Promise<void> {
    this.isBusy = true
    try {
      await act()
      this.error = null
    } catch (thrown) {
      this.error = asError(thrown)
    }
    this.isBusy = false
  }
}
