/** Saving as a log of operations: kept in the browser first, sent in order, dropped when the server has them. */
import type { Decision, Draft, LeaseOut, Operation } from '@/generated/types'
import type { ApiError } from '@/lib/api'
import type { Entry, Outgoing, OutboxStore, Stage } from '@/lib/store'
import { newId } from '@/lib/types'

type Json = Record<string, unknown>

/** What work is done under; without a stage it is labelling. */
export interface Held extends Pick<LeaseOut, 'lease_id' | 'task_id' | 'fence' | 'name'> {
  readonly stage?: Stage
}

const QUIET_MS = 400 // sent this long after the last edit …
const LONGEST_MS = 1000 // … and never later than this after the first
const RETRY_MS = [1000, 2000, 4000, 8000, 15_000, 30_000]
const BATCH_MOST = 200
const KEEPALIVE_BYTES_MOST = 60_000 // browsers refuse more than 64 KiB in flight when a page closes

/** The draft after these operations, in their order; the same law as the server's `core/operation.py`. */
export function fold(operations: readonly Operation[], start: Draft = {}): Draft {
  const value: Record<string, Json[]> = { ...start.value }
  let sketch = start.sketch ?? null
  let takenOver = start.start ?? null
  for (const { action, field = '', object_id, object, value: whole } of operations) {
    if (action === 'replace') {
      for (const name of Object.keys(value)) delete value[name]
      Object.assign(value, whole ?? {})
      takenOver = whole ?? {}
    } else if (action === 'sketch') sketch = object ?? null
    else if (action === 'remove') value[field] = (value[field] ?? []).filter((one) => one['id'] !== object_id)
    else if (object) value[field] = put(value[field] ?? [], object)
  }
  return { value, sketch, operations: (start.operations ?? 0) + operations.length, start: takenOver }
}

function put(objects: readonly Json[], object: Json): Json[] {
  const at = objects.findIndex((one) => one['id'] === object['id'])
  return at < 0 ? [...objects, object] : objects.with(at, object)
}

/** What the person sees of it. `waiting` counts things not yet on the server. */
export interface SyncStatus {
  readonly state: 'saved' | 'saving' | 'offline' | 'signed_out'
  readonly waiting: number
}

/** Sends; throws ApiError. The keepalive calls are sent while the page closes and nobody hears their answer. */
export interface Transport {
  operations(leaseId: string, fence: number, operations: readonly Operation[]): Promise<void>
  submit(leaseId: string, fence: number, value: Json, workSeconds: number): Promise<string>
  skip(leaseId: string, fence: number, reason: string): Promise<void>
  decide(leaseId: string, fence: number, decision: Omit<Decision, 'fence'>): Promise<void>
  farewell(leaseId: string, fence: number, operations: readonly Operation[]): void
}

/** What became of work that was sent; the labelling page acts on it. */
export interface SyncEvents {
  onstatus(status: SyncStatus): void
  onsubmitted(entry: Entry, annotationId: string): void
  /** A review was decided. */
  ondecided(entry: Entry): void
  /** The lease is gone; the work is kept here until its task comes back. */
  onlost(entry: Entry, error: ApiError): void
  /** The server will not have it as it is; the work is kept. */
  onrefused(entry: Entry, error: ApiError): void
}

/** How a last word about a task fared: `waiting` is kept here until there is a connection. */
export type Outcome = 'sent' | 'waiting' | 'lost' | 'refused'

interface Surroundings {
  store: OutboxStore
  transport: Transport
  events: SyncEvents
  personId: string
  projectId: string
  tabId: string
  /** Whether another open tab will send this entry itself. */
  isOthers?: (entry: Entry) => Promise<boolean>
}

export class Sync {
  private entries: Entry[] = []
  private state: SyncStatus['state'] = 'saved'
  private order = 0
  private tries = 0
  private firstEditAt = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private written: Promise<unknown> = Promise.resolve()
  private sending: Promise<void> | null = null
  private inFlight = new Set<string>()
  private readonly outcomes = new Map<string, Outcome>()

  constructor(private readonly around: Surroundings) {}

  /** Takes up what an earlier tab left, and sends it. */
  async restore(): Promise<void> {
    let left: Entry[] = []
    try {
      left = await this.around.store.all()
    } catch {
      return // no storage in this browser: there is nothing left either
    }
    for (const entry of left) {
      if (entry.person_id !== this.around.personId || (await this.around.isOthers?.(entry))) continue
      this.entries.push({ ...entry, tab_id: this.around.tabId })
      this.order = Math.max(this.order, entry.order)
    }
    this.keep(this.entries)
    this.tell()
    await this.flush()
  }

  /** Operations of a task that the server may not have: to be folded over its draft. */
  pendingOf(held: Held): Operation[] {
    return operationsOf(this.entries.filter((e) => isFor(e, held)))
  }

  /** Whether the answer to this task is still on its way. */
  isSubmitting(taskId: string): boolean {
    return this.entries.some((e) => e.task_id === taskId && !e.is_parked && e.what.act === 'submit')
  }

  /** Leases whose answer or refusal is on its way. */
  leaving(): string[] {
    return this.open().flatMap((e) => (e.what.act === 'operation' ? [] : [e.lease_id]))
  }

  /** A task that was lost is here again under a new lease: its parked work goes with it. */
  adopt(held: Held): void {
    const mine = this.entries.filter((e) => isFor(e, held) && e.what.act === 'operation')
    for (const entry of mine) Object.assign(entry, { lease_id: held.lease_id, fence: held.fence, is_parked: false })
    if (!mine.length) return
    this.keep(mine)
    this.schedule()
  }

  operations(held: Held, operations: readonly Operation[]): void {
    if (!operations.length) return
    this.add(
      held,
      operations.map((operation) => ({ act: 'operation', operation })),
    )
    this.schedule()
  }

  submit(held: Held, value: Json, workSeconds: number): void {
    this.add(held, [{ act: 'submit', value, work_seconds: workSeconds }])
    void this.flush()
  }

  skip(held: Held, reason: string): void {
    this.add(held, [{ act: 'skip', reason }])
    void this.flush()
  }

  /** The last word about a task: sent after all that was done on it, now or when there is a connection. */
  async hand(held: Held, what: Outgoing): Promise<Outcome> {
    const entry = this.add(held, [what])[0]
    if (!entry) return 'sent'
    this.outcomes.set(entry.entry_id, 'waiting')
    do await this.flush()
    while (this.state === 'saving' && this.outcomes.get(entry.entry_id) === 'waiting')
    const outcome = this.outcomes.get(entry.entry_id) ?? 'sent'
    this.outcomes.delete(entry.entry_id)
    return outcome
  }

  /** Takes back an answer that has not been sent; false when it is on its way or gone. */
  withdraw(taskId: string): boolean {
    const entry = this.entries.find((e) => e.task_id === taskId && e.what.act === 'submit')
    if (!entry || this.inFlight.has(entry.entry_id)) return false
    this.drop([entry])
    this.tell()
    return true
  }

  /** The work under this lease is decided: steps of it that were not sent have no use any more. */
  forget(held: Held): void {
    this.drop(this.entries.filter((e) => e.lease_id === held.lease_id))
    this.tell()
  }

  /** Sends now; resolves when nothing more can be sent. */
  flush(): Promise<void> {
    clearTimeout(this.timer)
    this.firstEditAt = 0
    this.sending ??= this.drain().finally(() => {
      this.sending = null
    })
    return this.sending
  }

  /** After signing in again, or when the connection is back. */
  resume(): Promise<void> {
    this.tries = 0
    if (this.state !== 'saved') this.become('saving')
    return this.flush()
  }

  /** The page closes: everything not sent goes out once more; it is on disk in any case. */
  farewell(): void {
    let room = KEEPALIVE_BYTES_MOST
    for (const batch of batches(this.open().filter((e) => !this.inFlight.has(e.entry_id)))) {
      const first = batch[0]
      if (first?.what.act !== 'operation') return
      const operations = operationsOf(batch)
      room -= JSON.stringify(operations).length
      if (room < 0) return
      this.around.transport.farewell(first.lease_id, first.fence, operations)
    }
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  private add(held: Held, outgoing: readonly Outgoing[]): readonly Entry[] {
    const { personId, projectId, tabId } = this.around
    const made = outgoing.map((what): Entry => {
      this.order = Math.max(this.order + 1, Date.now() * 1000)
      const { lease_id, task_id, fence, name, stage = 'label' } = held
      const where = { lease_id, task_id, fence, name, stage, person_id: personId, project_id: projectId, tab_id: tabId }
      return { ...where, entry_id: newId(), order: this.order, is_parked: false, what }
    })
    this.entries.push(...made)
    this.keep(made)
    if (this.state === 'saved') this.become('saving')
    else this.tell()
    return made
  }

  private schedule(): void {
    if (this.state === 'offline' || this.state === 'signed_out') return
    const now = Date.now()
    this.firstEditAt ||= now
    clearTimeout(this.timer)
    const wait = Math.max(0, Math.min(QUIET_MS, this.firstEditAt + LONGEST_MS - now))
    this.timer = setTimeout(() => void this.flush(), wait)
  }

  private open(): Entry[] {
    return this.entries.filter((e) => !e.is_parked)
  }

  private async drain(): Promise<void> {
    await this.written
    for (;;) {
      const batch = batches(this.open())[0]
      if (!batch) return this.become('saved')
      this.inFlight = new Set(batch.map((e) => e.entry_id))
      try {
        await this.send(batch)
        this.tries = 0
      } catch (error) {
        if (!this.takesError(batch, error as ApiError)) return
      } finally {
        this.inFlight.clear()
      }
    }
  }

  private async send(batch: readonly Entry[]): Promise<void> {
    const first = batch[0]
    if (!first) return
    const { lease_id, fence, what } = first
    const { transport, events } = this.around
    if (what.act === 'operation') await transport.operations(lease_id, fence, operationsOf(batch))
    else if (what.act === 'skip') await transport.skip(lease_id, fence, what.reason)
    else if (what.act === 'decide') await transport.decide(lease_id, fence, what.decision)
    else {
      const annotationId = await transport.submit(lease_id, fence, what.value, what.work_seconds)
      this.drop(batch)
      return events.onsubmitted(first, annotationId)
    }
    this.end(first, 'sent')
    if (what.act !== 'decide') return this.drop(batch)
    this.drop(this.entries.filter((e) => e.lease_id === lease_id)) // steps of it have no use any more
    events.ondecided(first)
  }

  /** For whoever waits in `hand`. */
  private end({ entry_id }: Entry, outcome: Outcome): void {
    if (this.outcomes.has(entry_id)) this.outcomes.set(entry_id, outcome)
  }

  /** True when sending may go on with what comes after. */
  private takesError(batch: readonly Entry[], error: ApiError): boolean {
    const first = batch[0]
    if (error.offline || error.status === 429 || error.status >= 500 || !first) {
      this.become('offline')
      const wait = RETRY_MS[Math.min(this.tries++, RETRY_MS.length - 1)]
      clearTimeout(this.timer)
      this.timer = setTimeout(() => void this.flush(), wait)
      return false
    }
    if (error.status === 401) {
      this.become('signed_out')
      return false
    }
    const isLost = error.status === 409 || error.status === 404
    // the server has kept what came too late for a review or an audit, with the seat that it was made for
    for (const one of isLost ? this.open().filter((e) => e.lease_id === first.lease_id) : [first]) {
      this.end(one, isLost ? 'lost' : 'refused')
    }
    if (error.code === 'lease_lost' && !isLabel(first)) this.drop(batch)
    else this.park(isLost ? this.open().filter((e) => e.lease_id === first.lease_id) : batch)
    if (isLost) this.around.events.onlost(first, error)
    else this.around.events.onrefused(first, error)
    return true
  }

  /** Keeps work that cannot be sent now: an answer becomes the draft it was; a skip or a decision is asked for again. */
  private park(entries: readonly Entry[]): void {
    for (const entry of entries) {
      entry.is_parked = true
      if (entry.what.act === 'submit') entry.what = { act: 'operation', operation: replaceBy(entry.what.value) }
    }
    this.drop(entries.filter((e) => e.what.act !== 'operation'))
    this.keep(entries.filter((e) => e.what.act === 'operation'))
  }

  private keep(entries: readonly Entry[]): void {
    const copies = structuredClone([...entries])
    this.written = this.written.then(() => this.around.store.put(copies)).catch(() => undefined)
  }

  private drop(entries: readonly Entry[]): void {
    const gone = new Set(entries.map((e) => e.entry_id))
    this.entries = this.entries.filter((e) => !gone.has(e.entry_id))
    this.written = this.written.then(() => this.around.store.remove([...gone])).catch(() => undefined)
  }

  private become(state: SyncStatus['state']): void {
    this.state = state
    this.tell()
  }

  private tell(): void {
    this.around.events.onstatus({ state: this.state, waiting: this.open().length })
  }
}

const isLabel = ({ stage = 'label' }: Pick<Entry, 'stage'>): boolean => stage === 'label'

/** A label draft is the task's, under any lease; a review's and an audit's were made for what that lease showed. */
const isFor = (entry: Entry, held: Held): boolean =>
  entry.task_id === held.task_id && (isLabel(entry) ? isLabel(held) : entry.lease_id === held.lease_id)

const replaceBy = (value: Json): Operation => ({
  operation_id: newId(),
  action: 'replace',
  value: value as NonNullable<Operation['value']>,
})

const operationsOf = (batch: readonly Entry[]): Operation[] =>
  batch.flatMap((entry) => (entry.what.act === 'operation' ? [entry.what.operation] : []))

/** Neighbouring operations of one lease go together; an answer or a refusal goes alone. */
export function batches(entries: readonly Entry[]): Entry[][] {
  const found: Entry[][] = []
  for (const entry of entries) {
    const last = found.at(-1)
    const head = last?.[0]
    const joins = head?.what.act === 'operation' && entry.what.act === 'operation' && head.lease_id === entry.lease_id
    if (last && joins && last.length < BATCH_MOST) last.push(entry)
    else found.push([entry])
  }
  return found
}
