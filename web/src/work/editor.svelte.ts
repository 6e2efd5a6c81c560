/** The editor of one task: its value, what is selected, what is hidden; every change goes out as operations. */
import { History } from '@/canvas/history'
import type { Frame, Point, Ring } from '@/canvas/geometry'
import { drawnTool, keptInside, repeatGeometry, tools, type Geometry } from '@/canvas/tool'
import type { Draft, Field, LabelSchema, Operation } from '@/generated/types'
import { labelColor, newId, type Obj, type Value } from '@/lib/types'
import * as edit from '@/work/edit'
import { converted } from '@/work/converting'
import * as pieces from '@/work/pieces'
import { Joining } from '@/work/joining.svelte'
import { joinable, joinerOf, misjoined, rewired, withoutLost, withParts } from '@/work/joins'
import { say } from '@/lib/language.svelte'

export type Surface = 'image' | 'text' | 'links' | 'form'
type AttributeValue = string | number | boolean

/** Where its objects are: what is answered on the page is a form that has more room. */
export const surfaceOf = (field: Field): Surface => {
  const surface = tools.get(field.kind)?.surface ?? 'form'
  return surface === 'page' ? 'form' : surface
}
export const isOnPage = (field: Field): boolean => tools.get(field.kind)?.surface === 'page'

/** What stays from task to task: the label in hand, the tool, what was copied and drawn last, the last answer. */
export class Carried {
  fieldName = ''
  tool = ''
  isArmed = false
  isAttributeMode = false
  labels: Readonly<Record<string, string>> = {}
  copied: { readonly fieldName: string; readonly object: Obj } | null = null
  last: { readonly fieldName: string; readonly object: Obj } | null = null
  answered: Value | null = null
}

/** One label of one field. */
export interface Solo {
  readonly fieldName: string
  readonly label: string
}

interface Options {
  schema: LabelSchema
  draft: Draft
  carried: Carried
  /** What the work begins from, where that is to be changed: undo leads back to it, also in a restored draft. */
  base?: Value
  /** Told every step as it is made. */
  onoperations?: (operations: Operation[]) => void
}

export class Editor {
  readonly schema: LabelSchema
  readonly carried: Carried
  private readonly history: History<Value>
  private readonly onoperations: (operations: Operation[]) => void

  value = $state.raw<Value>({})
  sketch = $state.raw<Obj | null>(null)
  selectedId = $state<string | null>(null)
  hidden = $state.raw<ReadonlySet<string>>(new Set())
  locked = $state.raw<ReadonlySet<string>>(new Set())
  /** The label that alone was left in sight. */
  solo = $state.raw<Solo | null>(null)
  fieldName = $state('')
  labels = $state.raw<Readonly<Record<string, string>>>({})
  tool = $state('select')
  /** In a text: a label is in hand, and a selected range takes it at once. */
  isArmed = $state(false)
  isAttributeMode = $state(false)
  attributeAt = $state(0)
  canUndo = $state(false)
  canRedo = $state(false)
  steps = $state(0)
  /** Objects being joined. */
  readonly joining: Joining = new Joining(this)
  /** Work from an earlier visit stands on top of what the task began from. */
  isRestored = $state(false)
  /** The whole answer that the restored work was made from, where it is not what the task began with. */
  readonly takenOver: Value | null

  readonly objects = $derived.by(() => edit.objectsOf(this.schema, this.value))
  readonly placed = $derived(this.objects.filter(({ field }) => surfaceOf(field) !== 'form'))
  readonly asked = $derived.by(() => edit.askedFields(this.schema, this.value))
  readonly drawnFields = $derived(this.asked.filter((field) => surfaceOf(field) !== 'form'))
  readonly formFields = $derived(this.asked.filter((field) => surfaceOf(field) === 'form'))
  readonly selected = $derived(this.objects.find(({ object }) => object.id === this.selectedId) ?? null)
  readonly field = $derived(this.drawnFields.find(({ name }) => name === this.fieldName) ?? this.drawnFields[0])
  readonly label = $derived(this.field ? this.labelIn(this.field) : '')
  readonly color = $derived(labelColor(this.field, this.label))

  constructor({ schema, draft, carried, base, onoperations }: Options) {
    this.schema = schema
    this.carried = carried
    this.onoperations = onoperations ?? (() => undefined)
    this.value = edit.complete(schema, draft.value)
    const start = draft.start ? edit.complete(schema, draft.start) : null
    const path = [base ? edit.complete(schema, base) : null, base && start, this.value].filter((one) => one != null)
    const [first = this.value, ...later] = path.filter((one, i) => !i || !edit.isSame(schema, one, path[i - 1] ?? {}))
    this.takenOver = base && start && !edit.isSame(schema, start, base) ? (start as Value) : null
    this.history = new History<Value>(first)
    for (const value of later) this.history.push(value)
    this.canUndo = this.isRestored = this.history.canUndo
    this.sketch = (draft.sketch as Obj | null | undefined) ?? null
    this.labels = carried.labels
    this.isArmed = carried.isArmed
    this.isAttributeMode = carried.isAttributeMode
    const field = schema.fields.find(({ name }) => name === carried.fieldName) ?? this.firstDrawn()
    this.fieldName = field?.name ?? ''
    this.tool = carried.tool || (field && surfaceOf(field) === 'image' ? field.kind : 'select')
    if (this.sketch) this.resumeSketch(this.sketch)
  }

  get isTouched(): boolean {
    return this.steps > 0 || this.objects.length > 0 || this.sketch !== null
  }

  labelIn(field: Field): string {
    const picked = this.labels[field.name]
    return field.labels.some(({ name }) => name === picked) ? (picked ?? '') : (field.labels[0]?.name ?? '')
  }

  // ---- steps -------------------------------------------------------------------------------------------------

  private set(next: Value): void {
    if (next === this.value) return
    const whole = withoutLost(this.schema, next)
    this.history.push(whole)
    this.show(whole)
  }

  private show(next: Value, operations = edit.operationsBetween(this.schema, this.value, next, newId)): void {
    this.value = next
    this.canUndo = this.history.canUndo
    this.canRedo = this.history.canRedo
    this.steps += 1
    if (!this.selected) this.selectedId = null
    if (operations.length) this.onoperations(operations)
  }

  undo(): boolean {
    if (!this.history.undo()) return false
    this.show(this.history.now)
    return true
  }

  redo(): boolean {
    if (!this.history.redo()) return false
    this.show(this.history.now)
    return true
  }

  create(kind: string, geometry: Geometry, asset?: string): void {
    const field = this.field?.kind === kind ? this.field : this.drawnFields.find((one) => one.kind === kind)
    if (!field) return
    const held = { id: newId(), kind, label: this.labelIn(field), asset: asset ?? field.asset ?? '', attributes: {} }
    const object: Obj = { ...geometry, ...held }
    this.place(field, object)
    this.carried.last = { fieldName: field.name, object }
  }

  private place(field: Field, object: Obj): void {
    this.set(edit.add(this.value, field, object))
    this.selectedId = object.id
    this.attributeAt = 0
  }

  /** Makes objects of elsewhere a part of the answer, with their own ids, in one step. */
  takeOver(found: readonly { readonly field: Field; readonly object: Obj }[]): void {
    const isPerLabel = (kind: string): boolean => tools.get(kind)?.isPerLabel ?? false
    const next = found.reduce((value, { field, object }) => {
      const others = (value[field.name] ?? []).filter(({ label }) => !isPerLabel(field.kind) || label !== object.label)
      return edit.add({ ...value, [field.name]: others }, field, object)
    }, this.value)
    this.set(next)
  }

  reshape(id: string, geometry: Geometry): void {
    if (this.locked.has(id)) return
    this.set(edit.change(this.value, id, (object) => ({ ...object, ...geometry, id: object.id })))
  }

  remove(id = this.selectedId): void {
    if (!id || this.locked.has(id)) return
    const at = this.placed.findIndex(({ object }) => object.id === id)
    this.set(edit.change(this.value, id, () => null))
    if (this.isAttributeMode) this.selectedId = this.placed[Math.min(at, this.placed.length - 1)]?.object.id ?? null
  }

  /** Why the object was not cut; empty when it was. */
  cut(id: string, path: Ring, isClosed: boolean): string {
    return this.locked.has(id)
      ? say('work.locked')
      : this.outcome(pieces.cut(this.schema, this.value, id, path, isClosed), id)
  }

  /** Why the two were not made one; empty when they were. */
  join(id: string, otherId: string): string {
    const isLocked = this.locked.has(id) || this.locked.has(otherId)
    return isLocked ? say('work.locked') : this.outcome(pieces.join(this.schema, this.value, id, otherId), id, otherId)
  }

  /** Whether objects can be made of another kind here: two fields hold areas in different ways. */
  get canConvert(): boolean {
    return new Set(this.drawnFields.map(({ kind }) => kind).filter((kind) => drawnTool(kind)?.ofRings)).size > 1
  }

  /** The selected object becomes one of the other kind; false where there is none to become. */
  convert(frame: Frame): boolean {
    const held = this.selected
    if (!held || this.locked.has(held.object.id)) return false
    const made = converted(held, this.drawnFields, (field) => this.labelIn(field), frame)
    if (!made) return false
    this.set(withParts(this.schema, made.into(this.value), held.object.id, made.parts))
    this.selectedId = held.object.id
    this.fieldName = made.field.name
    this.tool = made.field.kind
    this.carry()
    return true
  }

  private outcome(outcome: pieces.Outcome, id: string, goneId = ''): string {
    if ('problem' in outcome) return outcome.problem
    this.set(goneId ? rewired(this.schema, outcome.value, goneId, id) : outcome.value)
    this.selectedId = id
    return ''
  }

  restack(by: 1 | -1): void {
    if (this.selectedId) this.set(edit.restack(this.value, this.selectedId, by))
  }

  /** Takes over another whole answer: what comes after it is told as a change of that. */
  replaceWith(value: Value): void {
    const whole = edit.complete(this.schema, value)
    this.history.push(whole)
    this.show(whole, [{ operation_id: newId(), action: 'replace', value: whole }])
  }

  /** Back to what the task began from; redo brings the work again. */
  startOver(): void {
    while (this.history.undo());
    this.show(this.history.now)
    this.isRestored = false
  }

  /** Makes all of it this, in one step. */
  become(value: Value): void {
    this.set(value)
  }

  choose(field: Field, label: string): void {
    this.set(edit.choose(this.value, field, label, newId()))
  }

  /** The whole answer of one field anew. */
  fill(field: Field, objects: Obj[]): void {
    this.set({ ...this.value, [field.name]: objects })
  }

  // ---- labels ------------------------------------------------------------------------------------------------

  /** Takes a label in hand, and the tool that draws it. */
  pick(field: Field, label: string): void {
    const held = this.selected
    const isPainted = held && drawnTool(held.object.kind)?.painter && held.object.label !== label
    if (isPainted) this.selectedId = null // what is painted next is another object
    this.labels = { ...this.labels, [field.name]: label }
    this.fieldName = field.name
    const how = joinerOf(field)?.how
    this.isArmed = !how
    if (how) this.pickJoin(field, label, how)
    else this.joining.leave()
    if (surfaceOf(field) === 'image') this.tool = field.kind
    this.carry()
  }

  /** While two are being joined the label is for what was just made; else joining begins. */
  private pickJoin(field: Field, label: string, how: 'pair' | 'set'): void {
    const held = this.selected
    const isFresh = this.joining.now?.field === field && !this.joining.now.ids.length && held?.field === field
    const there = joinable(this.schema, this.value, field)
    if (isFresh && !misjoined(field, { ...held.object, label }, there)) this.relabel(label)
    else if (this.joining.now?.field !== field) this.joining.begin(how, field)
  }

  relabel(label: string): void {
    const held = this.selected
    if (!held || this.locked.has(held.object.id) || held.object.label === label) return
    if (!held.field.labels.some(({ name }) => name === label)) return
    this.set(edit.change(this.value, held.object.id, (object) => edit.relabelled(held.field, object, label)))
  }

  answer(id: string, name: string, answer: AttributeValue | undefined): void {
    if (this.locked.has(id)) return
    this.set(edit.change(this.value, id, (object) => edit.answered(object, name, answer)))
  }

  /** Switches the first flag (0) of the selected object, or a further one. */
  toggleFlag(at: number): void {
    const held = this.selected
    const flag = held && edit.attributesOf(held.field, held.object.label).filter(({ sort }) => sort === 'flag')[at]
    if (held && flag) this.answer(held.object.id, flag.name, edit.answerOf(held.object, flag) !== true)
  }

  setTool(name: string): void {
    this.tool = name
    const field = this.drawnFields.find(({ kind }) => kind === name)
    if (field && this.field?.kind !== name) this.fieldName = field.name
    this.carry()
  }

  disarm(): void {
    this.isArmed = false
    this.carry()
  }

  setAttributeMode(isOn: boolean): void {
    this.isAttributeMode = isOn
    this.attributeAt = 0
    this.carry()
  }

  private carry(): void {
    const { fieldName, tool, isArmed, isAttributeMode, labels } = this
    Object.assign(this.carried, { fieldName, tool, isArmed, isAttributeMode, labels })
  }

  // ---- unfinished shapes -------------------------------------------------------------------------------------

  /** Keeps an unfinished shape with the draft; null when it is finished or dropped. */
  keepSketch(kind: string, geometry: Geometry | null): void {
    const field = this.field?.kind === kind ? this.field : this.drawnFields.find((one) => one.kind === kind)
    if (!geometry && !this.sketch) return
    const object = geometry && field ? { ...geometry, id: 'sketch', kind, label: this.labelIn(field) } : null
    this.sketch = object
    this.steps += 1
    this.onoperations([{ operation_id: newId(), action: 'sketch', field: field?.name ?? '', object }])
  }

  private resumeSketch(sketch: Obj): void {
    const field = this.schema.fields.find(({ kind }) => kind === sketch.kind)
    if (!field) return
    this.fieldName = field.name
    this.labels = { ...this.labels, [field.name]: sketch.label }
    this.tool = sketch.kind
  }

  // ---- copies ------------------------------------------------------------------------------------------------

  copy(): void {
    if (this.selected && !joinerOf(this.selected.field)) this.carried.copied = { fieldName: this.selected.field.name, object: this.selected.object }
  }

  /** A copy of what was copied or drawn last, its middle at the cursor where there is one. */
  paste(what: 'copied' | 'last', where: { at: Point; frame: Frame; asset: string } | null): void {
    const source = this.carried[what]
    const field = this.schema.fields.find(({ name }) => name === source?.fieldName)
    if (!source || !field) return
    const placed = where && repeatGeometry(field.kind, source.object, where.at, where.frame)
    const label = what === 'last' ? this.labelIn(field) : source.object.label
    const asset = where?.asset ?? source.object.asset ?? ''
    this.place(field, { ...source.object, ...placed, id: newId(), label, asset })
  }

  /** Copies of all that was drawn on the last answer's picture, inside this one's; how many there were. */
  takeAnswered(asset: string, frame: Frame): number {
    const isDrawnOn = (field: Field): boolean => surfaceOf(field) === 'image'
    let next = this.value
    let count = 0
    for (const field of this.drawnFields.filter(isDrawnOn)) {
      for (const object of this.carried.answered?.[field.name] ?? []) {
        const isFull = field.multiple === false && (next[field.name] ?? []).length > 0
        const placed = isFull ? null : keptInside(field.kind, object, frame)
        if (!placed) continue
        next = edit.add(next, field, { ...object, ...placed, id: newId(), asset: field.asset || asset })
        count += 1
      }
    }
    this.set(next)
    return count
  }

  duplicate(): void {
    const held = this.selected
    if (!held || held.field.multiple === false || joinerOf(held.field)) return
    this.place(held.field, { ...held.object, id: newId() })
  }

  // ---- walking -----------------------------------------------------------------------------------------------

  /** Selects the next or previous object; false at the end, where focus may leave. */
  walk(by: 1 | -1): boolean {
    const walked = this.joining.now ? this.joining.choices : this.placed.map(({ object }) => object.id)
    const count = walked.length
    const at = walked.findIndex((id) => id === this.selectedId)
    const next = at < 0 ? (by > 0 ? 0 : count - 1) : at + by
    const wrapped = (this.isAttributeMode || this.joining.now) && count ? (next + count) % count : next
    const found = walked[wrapped]
    if (found === undefined) return false
    this.selectedId = found
    this.attributeAt = 0
    return true
  }

  walkAttributes(by: 1 | -1): void {
    const held = this.selected
    const count = held ? edit.attributesOf(held.field, held.object.label).length : 0
    if (count) this.attributeAt = (this.attributeAt + by + count) % count
  }

  /** In attribute mode a digit chooses the option of the question in hand; false where it does not apply. */
  answerByDigit(number: number): boolean {
    const held = this.selected
    const attribute = held && edit.attributesOf(held.field, held.object.label)[this.attributeAt]
    if (!held || !attribute) return false
    if (attribute.sort === 'flag' && number <= 2) this.answer(held.object.id, attribute.name, number === 1)
    else if (attribute.sort === 'select') {
      const option = attribute.options?.[number - 1]
      if (option === undefined) return false
      this.answer(held.object.id, attribute.name, option)
    } else return false
    this.walkAttributes(1)
    return true
  }

  toggleHidden(id = this.selectedId): void {
    if (id) this.hidden = toggled(this.hidden, id)
  }

  toggleLocked(id = this.selectedId): void {
    if (id) this.locked = toggled(this.locked, id)
  }

  toggleAllHidden(): void {
    this.solo = null
    this.hidden = this.hidden.size ? new Set() : new Set(this.placed.map(({ object }) => object.id))
  }

  /** Leaves only the selected object's label in sight, else the one in hand; again shows all. What comes is seen. */
  toggleSolo(): void {
    const isOn = this.solo !== null
    const field = this.selected?.field ?? this.field
    const label = this.selected?.object.label ?? this.label
    this.solo = isOn || !field || surfaceOf(field) === 'form' ? null : { fieldName: field.name, label }
    const others = this.solo ? this.placed.filter((one) => one.field !== field || one.object.label !== label) : []
    this.hidden = new Set(others.map(({ object }) => object.id))
  }

  toggleAllLocked(): void {
    this.locked = this.locked.size ? new Set() : new Set(this.placed.map(({ object }) => object.id))
  }

  private firstDrawn(): Field | undefined {
    return this.schema.fields.find((field) => surfaceOf(field) !== 'form')
  }
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set)
  if (!next.delete(id)) next.add(id)
  return next
}
