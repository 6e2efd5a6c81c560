/** Joining in progress: the first of two objects, or the members of a set so far. */
import type { Field, LabelSchema } from '@/generated/types'
import { newId, type Obj, type Value } from '@/lib/types'
import { say } from '@/lib/language.svelte'
import { claimed, fittingLabel, joinable, joinerOf, sameJoin } from '@/work/joins'

export type How = 'pair' | 'set'

/** `ids` are the objects taken so far; `objectId` is the set that is being changed, null for a new one. */
export interface Joint {
  readonly how: How
  readonly field: Field
  readonly ids: readonly string[]
  readonly objectId: string | null
}

/** What joining needs of the editor around it. */
export interface Joined {
  readonly schema: LabelSchema
  readonly value: Value
  readonly asked: readonly Field[]
  readonly field: Field | undefined
  selectedId: string | null
  labelIn(field: Field): string
  fill(field: Field, objects: Obj[]): void
}

export class Joining {
  now = $state.raw<Joint | null>(null)
  /** Why the last step did nothing, in words. */
  problem = $state('')
  private readonly around: Joined

  constructor(around: Joined) {
    this.around = around
  }

  /** The field that such a join would be in: the one in hand where it fits, else the first. */
  fieldFor(how: How): Field | undefined {
    const fields = this.around.asked.filter((field) => joinerOf(field)?.how === how)
    return fields.find((field) => field === this.around.field) ?? fields[0]
  }

  /** What may be taken now, in the answer's order. */
  get choices(): string[] {
    const { schema, value } = this.around
    return this.now ? [...joinable(schema, value, this.now.field).keys()] : []
  }

  /** Begins with what is selected; a set that is selected, or the one that the selected object is in, is changed. */
  begin(how: How, field = this.fieldFor(how)): boolean {
    if (!field) return false
    const { schema, value, selectedId } = this.around
    const own = value[field.name] ?? []
    const joiner = joinerOf(field)
    const isIn = (object: Obj): boolean => selectedId !== null && (joiner?.refers(object).includes(selectedId) ?? false)
    const set = how === 'set' ? own.find((object) => object.id === selectedId || isIn(object)) : undefined
    const first = selectedId !== null && joinable(schema, value, field).has(selectedId) ? [selectedId] : []
    this.problem = ''
    this.now = { how, field, ids: set ? (joiner?.refers(set) ?? []) : first, objectId: set?.id ?? null }
    return true
  }

  /** The key of the mode: begins it; a set is finished by it, and a pair begun anew. */
  press(how: How): boolean {
    return this.now?.how === 'set' && how === 'set' ? this.finish() : this.begin(how)
  }

  leave(): boolean {
    if (!this.now) return false
    this.now = null
    this.problem = ''
    return true
  }

  /** An object as the next end, or in or out of the set. */
  take(id: string): void {
    const { now } = this
    if (!now) return
    this.problem = ''
    if (!this.choices.includes(id)) this.problem = say('work.that_cannot_be_joined')
    else if (now.how === 'set') {
      const ids = now.ids.includes(id) ? now.ids.filter((one) => one !== id) : [...now.ids, id]
      this.now = { ...now, ids }
      this.around.selectedId = id
    } else if (!now.ids.length) {
      this.now = { ...now, ids: [id] }
      this.around.selectedId = id
    } else if (now.ids[0] === id) this.problem = say('work.select_another_object_than_the_first')
    else this.tie(now, [...now.ids, id])
  }

  /** Enter: takes what is selected; after a join it leaves. */
  takeSelected(): boolean {
    const { selectedId } = this.around
    if (!this.now) return false
    if (selectedId && this.choices.includes(selectedId)) this.take(selectedId)
    else if (!this.now.ids.length) this.leave()
    return true
  }

  private tie(now: Joint, ids: readonly string[]): void {
    const { schema, value } = this.around
    const there = joinable(schema, value, now.field)
    const ends = ids.map((id) => there.get(id)?.label ?? '')
    const label = fittingLabel(now.field, this.around.labelIn(now.field), ends)
    if (label === null) {
      this.problem = say('work.nothing_joins', { source: ends[0] ?? '', target: ends[1] ?? '' })
      return
    }
    const own = value[now.field.name] ?? []
    const same = sameJoin(now.field, own, label, ids)
    this.around.selectedId = same?.id ?? this.add(now.field, own, label, ids)
    this.now = { ...now, ids: [] }
  }

  private add(field: Field, own: readonly Obj[], label: string, ids: readonly string[]): string {
    const held = { id: newId(), kind: field.kind, label, asset: field.asset ?? '', attributes: {} }
    const object: Obj = { ...joinerOf(field)?.of(ids), ...held }
    const kept = field.multiple === false ? [] : claimed(field, own, object.id, ids)
    this.around.fill(field, [...kept, object])
    return object.id
  }

  /** The set as it stands becomes an object; one that lost all its members goes. */
  finish(): boolean {
    const { now } = this
    if (!now) return false
    const own = this.around.value[now.field.name] ?? []
    const least = joinerOf(now.field)?.least(now.field.settings ?? {}) ?? 1
    const isGone = now.objectId !== null && !now.ids.length
    if (now.ids.length < least && !isGone) {
      if (now.objectId === null && !now.ids.length) return this.leave()
      this.problem = say('work.take_at_least', { count: least })
      return true
    }
    const old = own.find(({ id }) => id === now.objectId)
    if (isGone) this.around.fill(now.field, own.filter((one) => one !== old))
    else if (!old) this.around.selectedId = this.add(now.field, own, this.around.labelIn(now.field), now.ids)
    else {
      const next = { ...old, ...joinerOf(now.field)?.of(now.ids) }
      const kept = claimed(now.field, own, old.id, now.ids)
      this.around.fill(now.field, kept.map((one) => (one.id === old.id ? next : one)))
      this.around.selectedId = old.id
    }
    return this.leave()
  }
}
