/** Where answers differ, in words, and the objects to look at. */
import type { DifferenceShown } from '@/generated/types'
import type { Obj, Value } from '@/lib/types'
import { told as saidBy, tools } from '@/canvas/tool'
import { say } from '@/lib/language.svelte'

/** An answer by its annotation id; the merged answer, or the auditor's own, may be "". */
export interface Named {
  readonly id: string
  readonly name: string
  readonly value: Value
}

export interface Described {
  readonly index: number
  readonly sort: DifferenceShown['sort']
  readonly field: string
  readonly text: string
  /** The objects it is about, with the answer each stands in. */
  readonly places: readonly { readonly answerId: string; readonly objectId: string }[]
}

export function describe(differences: readonly DifferenceShown[], answers: readonly Named[]): Described[] {
  return differences.map((difference, index) => {
    const a = side(answers, difference.a, difference.field, difference.a_id)
    const b = side(answers, difference.b, difference.field, difference.b_id)
    const places = [a, b].flatMap(({ answerId, object }) => (object ? [{ answerId, objectId: object.id }] : []))
    return { index, sort: difference.sort, field: difference.field, text: words(difference, a, b), places }
  })
}

interface Side {
  readonly answerId: string
  readonly name: string
  readonly object: Obj | null
  readonly labels: string
}

function side(answers: readonly Named[], answerId: string, field: string, objectId: string | null): Side {
  const answer = answers.find(({ id }) => id === answerId)
  const objects = answer?.value[field] ?? []
  const object = objects.find(({ id }) => id === objectId) ?? null
  const labels = objects.map(({ label }) => label).join(', ') || say('work.no_answer')
  return { answerId, name: answer?.name ?? '?', object, labels }
}

function words({ sort, field }: DifferenceShown, a: Side, b: Side): string {
  const [has, lacks] = a.object ? [a, b] : [b, a]
  const label = has.object?.label ?? field
  switch (sort) {
    case 'missing':
    case 'extra':
      return say('work.label_in_name_not_in_name2', { label, name: has.name, name2: lacks.name })
    case 'label':
      return say('work.name_says_label_name2_says_label2', {
        name: a.name,
        label: a.object?.label ?? '–',
        name2: b.name,
        label2: b.object?.label ?? '–',
      })
    case 'geometry':
      if (isForm(a.object)) return formWords(field, a, b)
      return say('work.label_drawn_differently_by_name_and', { label, name: a.name, name2: b.name })
    case 'attribute':
      return `${label}: ${attributeWords(a, b)}`
    case 'choice':
      return say('work.field_name_says_labels_name2_says', {
        field,
        name: a.name,
        labels: a.labels,
        name2: b.name,
        labels2: b.labels,
      })
  }
}

const isForm = (object: Obj | null): boolean => {
  const surface = object ? tools.get(object.kind)?.surface : undefined
  return surface === 'form' || surface === 'page'
}

/** Two answers to one question, as each gave it. */
function formWords(field: string, a: Side, b: Side): string {
  const [label, label2] = [a, b].map(({ object }) => (object ? saidBy({ labels: [] }, object) : '–'))
  return say('work.name_says_label_name2_says_label2', {
    name: a.name,
    label: `${a.object?.label ?? field}: ${label}`,
    name2: b.name,
    label2: label2 ?? '–',
  })
}

function attributeWords(a: Side, b: Side): string {
  const [left, right] = [a.object?.attributes ?? {}, b.object?.attributes ?? {}]
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].filter((name) => left[name] !== right[name])
  return names
    .map((name) =>
      say('work.name_is_left_in_name2_right', {
        name,
        left: told(left[name]),
        name2: a.name,
        right: told(right[name]),
        name3: b.name,
      }),
    )
    .join('; ')
}

const told = (answer: unknown): string =>
  answer === undefined
    ? say('work.not_answered')
    : answer === true
      ? say('work.yes')
      : answer === false
        ? say('work.no')
        : String(answer)

/** Each text once, with how often it was said, in the order of the first. */
export function counted(texts: readonly string[]): [string, number][] {
  const times = new Map<string, number>()
  for (const text of texts) times.set(text, (times.get(text) ?? 0) + 1)
  return [...times]
}
