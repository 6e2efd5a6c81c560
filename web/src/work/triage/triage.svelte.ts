/** Many tasks in hand at once: what is selected, one decision for all of it, and the way back over each step. */
import type { Field, ProjectPage } from '@/generated/types'
import type { ApiError } from '@/lib/api'
import type { Entry } from '@/lib/store'
import type { Value } from '@/lib/types'
import * as edit from '@/work/edit'
import { Session, type Held } from '@/work/session.svelte'
import { sureOf, type Offer } from '@/work/suggested.svelte'
import { arrowed, between, nextWhere } from '@/work/triage/choosing'

const AT_ONCE = 8 // as many leases as the server gives one person
const GRID = { ahead: AT_ONCE, held: AT_ONCE, done: 64 }

/** An answer that did not get through, and why. */
export interface Failure {
  readonly taskId: string
  readonly text: string
}

/** A step that can be taken back: values as they were before, or tasks that were handed in. */
type Act =
  | { readonly sort: 'decided'; readonly before: ReadonlyMap<string, Value> }
  | { readonly sort: 'handed'; readonly taskIds: readonly string[] }

export class Triage extends Session {
  private readonly acts: Act[] = []
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

  constructor(project: ProjectPage, personId: string, batch = '') {
    super(project, personId, batch, GRID)
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
    if (before.size) this.acts.push({ sort: 'decided', before })
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
    if (taskIds.length) this.acts.push({ sort: 'handed', taskIds })
    this.handedIn += taskIds.length
    return taskIds.length
  }

  /** Gives the targets to somebody else. */
  skipAll(reason: string): void {
    for (const held of this.targets) this.skip(reason, held)
    this.takeNone()
  }

  /** Takes back the last step; before the first one, the last answer of an earlier visit. */
  async undo(): Promise<void> {
    if (this.isUndoing) return
    this.isUndoing = true
    try {
      await this.takeBack(this.acts.pop())
    } finally {
      this.isUndoing = false
    }
  }

  private async takeBack(act: Act | undefined): Promise<void> {
    if (!act) return this.back()
    if (act.sort === 'decided') return this.revert(act.before)
    for (const taskId of [...act.taskIds].reverse()) {
      const done = this.done.find((one) => one.taskId === taskId)
      if (!done) continue
      await this.reopen(done)
      if (this.held.some(({ lease }) => lease.task_id === taskId)) this.handedIn = Math.max(0, this.handedIn - 1)
    }
  }

  private revert(before: ReadonlyMap<string, Value>): void {
    const held = this.held.filter(({ lease }) => before.has(lease.task_id))
    for (const { lease, editor } of held) editor.become(before.get(lease.task_id) ?? editor.value)
    const first = held[0]
    if (!first) return
    this.point(this.held.indexOf(first))
    if (held.length > 1) this.chosen = new Set(held.map(({ lease }) => lease.task_id))
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
