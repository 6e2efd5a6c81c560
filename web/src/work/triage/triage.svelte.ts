/** Many tasks in hand at once: what is selected, one decision for all of it, and the way back over each step. */
import type { Field, ProjectPage } from '@/generated/types'
import type { ApiError } from '@/lib/api'
import type { Entry } from '@/lib/store'
import type { Value } from '@/lib/types'
import * as edit from '@/work/edit'
import { Session, type Held, type Reach } from '@/work/session.svelte'
import { sureOf, type Offer } from '@/work/suggested.svelte'
import { arrowed, between, nextWhere } from '@/work/triage/choosing'

/** How many tasks a grid may hold; the last is as many leases as the server gives one person. */
export const SIZES = [8, 16, 24, 48] as const
const reachOf = (size: number): Reach => ({ ahead: size, held: size, done: 64, isWhole: false })

/** An answer that did not get through, and why. */
export interface Failure {
  readonly taskId: string
  readonly text: string
}

/** A step that can be taken back, or made again: the values that it leads to, or tasks that were handed in. */
type Act =
  | { readonly sort: 'decided'; readonly values: ReadonlyMap<string, Value> }
  | { readonly sort: 'handed'; readonly taskIds: readonly string[] }

export class Triage extends Session {
  private readonly acts: Act[] = []
  /** Steps that were taken back, the last at the end; a new step forgets them. */
  private undone = $state.raw<readonly Act[]>([])
  private anchorId = ''
  private isUndoing = false

  /** Tasks that a decision goes to; where there are none it goes to the one in hand. */
  chosen = $state.raw<ReadonlySet<string>>(new Set())
  failures = $state.raw<readonly Failure[]>([])
  handedIn = $state(0)
  /** The field that was taken in hand; else the first without an answer. */
  private fieldName = $state('')

  readonly targets = $derived.by((): readonly Held[] => {
    const found = this.held.filter(({ lease }) => this.chosen.has(lease.task_id))
    return found.length || !this.current ? found : [this.current]
  })
  /** The fields that one of the targets is asked. */
  readonly fields = $derived.by((): readonly Field[] =>
    this.project.schema.fields.filter((field) => this.targets.some((held) => isAsked(held, field))),
  )
  readonly field = $derived.by((): Field | null => {
    const named = this.fields.find(({ name }) => name === this.fieldName)
    const open = this.fields.find(({ name }) => this.targets.some(({ editor }) => !editor.value[name]?.length))
    return named ?? open ?? this.fields[0] ?? null
  })
  readonly ready = $derived.by(() => this.held.filter((held) => this.isDecided(held)))

  readonly canRedo = $derived.by(() => this.undone.length > 0)
  size = $state(8)

  constructor(project: ProjectPage, personId: string, batch: string, size: number) {
    super(project, personId, batch, reachOf(size))
    this.size = size
  }

  resize(size: number): void {
    this.size = size
    this.setReach(reachOf(size))
  }

  /** Answered, and nothing that is asked is missing. */
  isDecided(held: Held): boolean {
    return isAnswered(held) && !edit.missing(this.project.schema, held.editor.value).length
  }

  protected override isSeen(): boolean {
    return true
  }

  protected override isKept(held: Held): boolean {
    return isAnswered(held)
  }

  /** Seconds of work, in equal parts to those that are not decided yet; to all where all are. */
  share(seconds: number): void {
    const open = this.held.filter((held) => !this.isDecided(held))
    const among = open.length ? open : this.held
    for (const held of among) held.seconds += seconds / among.length
  }

  // ---- selecting ---------------------------------------------------------------------------------------------

  private get ids(): string[] {
    return this.held.map(({ lease }) => lease.task_id)
  }

  /** Takes one in hand: alone, with all up to it, or besides the others. */
  point(at: number, how: 'alone' | 'range' | 'besides' = 'alone'): void {
    const id = this.ids[at]
    if (id === undefined) return
    const before = this.current?.lease.task_id ?? id
    if (how === 'range') {
      this.anchorId ||= before
      this.chosen = new Set(between(this.ids, this.anchorId, id))
    } else {
      const next = new Set(how === 'alone' ? [] : this.chosen)
      if (how === 'besides' && !next.size && before !== id) next.add(before)
      if (how === 'besides' && !next.delete(id)) next.add(id)
      this.chosen = next
      this.anchorId = id
    }
    this.at = at
    this.fieldName = ''
  }

  /** Whether the key was one that moves. */
  walk(key: string, isRange: boolean, columns: number, isRightToLeft: boolean): boolean {
    const at = arrowed(key, this.at, columns, this.held.length, isRightToLeft)
    if (at === null) return false
    if (!isRange || at !== this.at) this.point(at, isRange ? 'range' : 'alone')
    return true
  }

  takeAll(): void {
    this.chosen = new Set(this.ids)
    this.anchorId = this.ids[0] ?? ''
  }

  takeNone(): void {
    this.chosen = new Set()
    this.anchorId = ''
  }

  /** On to the next that is not decided; to the next where all are. */
  passOver(): void {
    const count = this.held.length
    const open = nextWhere(count, this.at, (index) => !this.isDecidedAt(index))
    this.point(open === this.at && count ? (this.at + 1) % count : open)
  }

  nextField(): void {
    const at = this.fields.findIndex((field) => field === this.field)
    this.fieldName = this.fields[(at + 1) % this.fields.length]?.name ?? ''
  }

  private isDecidedAt(index: number): boolean {
    const held = this.held[index]
    return !held || this.isDecided(held)
  }

  // ---- deciding ----------------------------------------------------------------------------------------------

  /** Gives the targets a label, or takes it from them where all have it. */
  decide(field: Field, label: string): void {
    const asked = this.targets.filter((held) => isAsked(held, field))
    const isOnAll = asked.every((held) => has(held, field, label))
    this.change(asked, (held) => {
      if (isOnAll || !has(held, field, label)) held.editor.choose(field, label)
    })
    if (!isOnAll && field.multiple === false) this.goOn()
    else this.fieldName = field.name
  }

  /** What is suggested; where nothing is, the first label. */
  accept(): void {
    this.judge(0, (held) => held.suggested.hasAny)
  }

  /** The second label, whatever is suggested. */
  reject(): void {
    this.judge(1, () => false)
  }

  private judge(place: number, takesSuggestions: (held: Held) => boolean): void {
    const { field, targets } = this
    const label = field?.labels[place]?.name
    this.change(targets, (held) => {
      if (takesSuggestions(held)) held.suggested.accept(wanted(held))
      else if (field && label !== undefined && isAsked(held, field) && !has(held, field, label))
        held.editor.choose(field, label)
    })
    this.goOn()
  }

  private change(targets: readonly Held[], act: (held: Held) => void): void {
    const before = new Map(targets.map(({ lease, editor }) => [lease.task_id, editor.value]))
    for (const held of targets) act(held)
    for (const { lease, editor } of targets) if (before.get(lease.task_id) === editor.value) before.delete(lease.task_id)
    if (before.size) this.begin({ sort: 'decided', values: before })
  }

  /** When all that is asked of the targets has an answer, to the next task; else to the next question. */
  private goOn(): void {
    this.fieldName = ''
    if (!this.targets.every((held) => isFull(held))) return
    const next = nextWhere(this.held.length, this.at, (index) => !this.isDecidedAt(index))
    if (next !== this.at) this.point(next)
  }

  /** Hands in all that is decided; how many that were. */
  submitAll(): number {
    const ready = this.ready
    const taskIds = ready.map(({ lease }) => lease.task_id)
    for (const held of ready) this.submit(held)
    this.takeNone()
    if (taskIds.length) this.begin({ sort: 'handed', taskIds })
    this.handedIn += taskIds.length
    return taskIds.length
  }

  private begin(act: Act): void {
    this.acts.push(act)
    this.undone = []
  }

  /** Gives the targets to somebody else. */
  skipAll(reason: string): void {
    for (const held of this.targets) this.skip(reason, held)
    this.takeNone()
  }

  /** Takes back the last step; before the first one, the last answer of an earlier visit. */
  undo(): Promise<void> {
    return this.alone(async () => {
      for (let act = this.acts.pop(); act; act = this.acts.pop()) {
        const back = act.sort === 'decided' ? this.revert(act.values) : await this.reopenAll(act.taskIds)
        if (!back) continue // its tasks are with others: the step before is meant
        this.undone = [...this.undone, back]
        return
      }
      await this.back()
    })
  }

  /** Makes the step again that was taken back last. */
  redo(): Promise<void> {
    return this.alone(async () => {
      while (this.undone.length) {
        const act = this.undone.at(-1)
        this.undone = this.undone.slice(0, -1)
        const made = act && (act.sort === 'decided' ? this.revert(act.values) : this.handInAgain(act.taskIds))
        if (!made) continue
        this.acts.push(made)
        return
      }
    })
  }

  /** One step back or forth after the other. */
  private async alone(step: () => Promise<void>): Promise<void> {
    if (this.isUndoing) return
    this.isUndoing = true
    try {
      await step()
    } finally {
      this.isUndoing = false
    }
  }

  /** The answers that were handed in, in hand again; the step that hands those in. */
  private async reopenAll(taskIds: readonly string[]): Promise<Act | null> {
    for (const taskId of [...taskIds].reverse()) {
      const done = this.done.find((one) => one.taskId === taskId)
      if (done) await this.reopen(done)
    }
    const back = taskIds.filter((taskId) => this.ids.includes(taskId))
    this.handedIn = Math.max(0, this.handedIn - back.length)
    return back.length ? { sort: 'handed', taskIds: back } : null
  }

  private handInAgain(taskIds: readonly string[]): Act | null {
    const held = this.ready.filter(({ lease }) => taskIds.includes(lease.task_id))
    for (const one of held) this.submit(one)
    this.takeNone()
    this.handedIn += held.length
    return held.length ? { sort: 'handed', taskIds: held.map(({ lease }) => lease.task_id) } : null
  }

  /** Gives the tasks these values; the step that gives them back what they had. */
  private revert(values: ReadonlyMap<string, Value>): Act | null {
    const held = this.held.filter(({ lease }) => values.has(lease.task_id))
    const first = held[0]
    if (!first) return null
    const before = new Map(held.map(({ lease, editor }) => [lease.task_id, editor.value]))
    for (const { lease, editor } of held) editor.become(values.get(lease.task_id) ?? editor.value)
    this.point(this.held.indexOf(first))
    if (held.length > 1) this.chosen = new Set(held.map(({ lease }) => lease.task_id))
    return { sort: 'decided', values: before }
  }

  // ---- what did not get through ------------------------------------------------------------------------------

  protected override lose(entry: Entry, error: ApiError): void {
    const wasDone = this.isDone(entry)
    super.lose(entry, error)
    this.fail(entry, wasDone)
  }

  protected override refuse(entry: Entry, error: ApiError): void {
    const wasDone = this.isDone(entry)
    super.refuse(entry, error)
    this.fail(entry, wasDone)
    this.goTo(entry.task_id) // back into the grid
  }

  private isDone(entry: Entry): boolean {
    return this.done.some(({ taskId, annotationId }) => taskId === entry.task_id && annotationId === null)
  }

  private fail(entry: Entry, wasDone: boolean): void {
    const text = this.notice?.text ?? entry.name
    this.notice = null // it stands in the list, which holds more than one
    this.failures = [...this.failures.filter(({ taskId }) => taskId !== entry.task_id), { taskId: entry.task_id, text }]
    if (wasDone) this.handedIn = Math.max(0, this.handedIn - 1)
  }
}

const isAnswered = ({ editor }: Held): boolean => editor.objects.length > 0
const isFull = ({ editor }: Held): boolean => editor.asked.every(({ name }) => (editor.value[name] ?? []).length > 0)
const isAsked = ({ editor }: Held, field: Field): boolean => editor.asked.some(({ name }) => name === field.name)
const has = ({ editor }: Held, field: Field, label: string): boolean =>
  (editor.value[field.name] ?? []).some((object) => object.label === label)

/** What accepting takes: all that is as sure as asked for, and of a field that takes one label the surest in any case. */
function wanted({ suggested }: Held): Offer[] {
  const isSingle = ({ field }: Offer): boolean => field.multiple === false
  return [...sureOf(suggested.rest.filter(isSingle), 0), ...suggested.sure.filter((one) => !isSingle(one))]
}
