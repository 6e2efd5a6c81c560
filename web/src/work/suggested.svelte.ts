/** What models suggest of one task: what is left of it, which one is in hand, and how it is taken over or dropped. */
import { told } from '@/canvas/tool'
import type { Field, ItemData, LabelSchema, SuggestionOut } from '@/generated/types'
import type { Obj, Value } from '@/lib/types'
import type { Editor } from '@/work/editor.svelte'
import { covered } from '@/work/covered'
import { surfaceOf } from '@/work/editor.svelte'
import type { Layer } from '@/work/surface'

/** One object that a model suggests. */
export interface Offer {
  readonly model: string
  readonly field: Field
  readonly object: Obj
  /** How sure the model is, 0 to 1; null where it does not say. */
  readonly score: number | null
}

/** All objects of the suggestions, the surest first within each field. */
export function offersOf(
  schema: LabelSchema,
  suggestions: readonly Pick<SuggestionOut, 'name' | 'value' | 'scores'>[],
): Offer[] {
  return schema.fields.flatMap((field) =>
    suggestions
      .flatMap(({ name, value, scores }) =>
        ((value[field.name] ?? []) as Obj[]).map((object): Offer => {
          return { model: name, field, object, score: scores[object.id] ?? null }
        }),
      )
      .sort((a, b) => (b.score ?? -1) - (a.score ?? -1)),
  )
}

/** What an offer is, in words: of a text what stands there, at most so many characters of it. */
export function nameOf({ field, object }: Offer, item: ItemData): string {
  const words = Array.from(covered({ field, object }, item))
  if (!words.length) return told(field, object)
  return `${object.label}: ${words.slice(0, WORDS_MOST).join('')}${words.length > WORDS_MOST ? '…' : ''}`
}
const WORDS_MOST = 60

/** Whether the answer says the same already, whoever said it, and as whatever kind: a label of a choice holds once. */
export function isSaid(value: Value, { field, object }: Offer): boolean {
  if (Object.values(value).some((objects) => objects.some(({ id }) => id === object.id))) return true
  const given = value[field.name] ?? []
  return field.kind === object.kind && isPlain(object) && given.some(({ label }) => label === object.label)
}

const COMMON = new Set(['id', 'kind', 'label', 'asset', 'attributes'])
const isPlain = (object: Obj): boolean => Object.keys(object).every((key) => COMMON.has(key))

/** Those that one key takes over: as sure as the threshold, and of a field that takes one the surest. */
export function sureOf(offers: readonly Offer[], threshold: number): Offer[] {
  const taken = new Set<string>()
  return offers.filter(({ field, score }) => {
    if ((score ?? 0) < threshold || taken.has(field.name)) return false
    if (field.multiple === false) taken.add(field.name)
    return true
  })
}

export class Suggested {
  private readonly editor: Editor
  private readonly offers: readonly Offer[]
  readonly hasAny: boolean
  readonly hasModels: boolean

  dropped = $state.raw<ReadonlySet<string>>(new Set())
  threshold = $state(0.8)
  private heldId = $state<string | null>(null)

  readonly rest = $derived.by(() =>
    this.offers.filter((one) => !this.dropped.has(one.object.id) && !isSaid(this.editor.value, one)),
  )
  readonly held = $derived(this.rest.find(({ object }) => object.id === this.heldId) ?? this.rest[0] ?? null)
  readonly sure = $derived(sureOf(this.rest, this.threshold))
  /** What is left, as it lies on the media: dashed, and no part of the answer. */
  readonly layers = $derived.by((): Layer[] => {
    const value: Record<string, Obj[]> = {}
    for (const { field, object } of this.rest) {
      if (surfaceOf(field) !== 'form') (value[field.name] ??= []).push(object)
    }
    return Object.keys(value).length ? [{ key: 'suggested', name: '', value, isDashed: true }] : []
  })

  constructor(editor: Editor, suggestions: readonly SuggestionOut[], threshold?: number) {
    this.editor = editor
    this.offers = offersOf(editor.schema, suggestions)
    this.hasAny = this.offers.length > 0
    this.hasModels = suggestions.length > 1
    this.threshold = threshold ?? suggestions[0]?.threshold ?? 0.8
  }

  hold(id: string): void {
    this.heldId = id
  }

  /** The next one in hand; the first after the last. */
  next(): boolean {
    const at = this.rest.findIndex((one) => one === this.held)
    this.heldId = this.rest[(at + 1) % this.rest.length]?.object.id ?? null
    return this.rest.length > 0
  }

  accept(offers: readonly Offer[] = this.held ? [this.held] : []): boolean {
    if (!offers.length) return false
    const after = this.after(offers)
    this.editor.takeOver(offers.map(({ field, object }) => ({ field, object })))
    this.heldId = after
    return true
  }

  drop(offer: Offer | null = this.held): boolean {
    if (!offer) return false
    const after = this.after([offer])
    this.dropped = new Set([...this.dropped, offer.object.id])
    this.heldId = after
    return true
  }

  /** Shows again what was dropped. */
  bringBack(): void {
    this.dropped = new Set()
  }

  /** What is in hand when these are gone: the one that follows. */
  private after(gone: readonly Offer[]): string | null {
    const at = this.rest.findIndex((one) => one === gone[0])
    const later = [...this.rest.slice(at + 1), ...this.rest.slice(0, Math.max(0, at))]
    return later.find((one) => !gone.includes(one))?.object.id ?? null
  }
}
