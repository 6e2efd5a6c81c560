/** Where labels go that come along with files: a question only where several fields of a kind share a label. */
import type { LabelSchema } from '@/generated/types'

/** Fields of one kind that share labels; `shared` are these labels. */
export interface FieldQuestion {
  readonly kind: string
  readonly fields: readonly string[]
  readonly shared: readonly string[]
}

/** The chosen field by kind; a kind without one is not answered. */
export type ChosenFields = Record<string, string>

export function fieldQuestions(schema: LabelSchema): FieldQuestion[] {
  const kinds = [...new Set(schema.fields.map(({ kind }) => kind))]
  return kinds.flatMap((kind) => {
    const ofKind = schema.fields.filter((field) => field.kind === kind)
    const names = ofKind.flatMap(({ labels }) => labels.map(({ name }) => name))
    const shared = [...new Set(names.filter((name, i) => names.indexOf(name) !== i))]
    const fields = ofKind.filter(({ labels }) => labels.some(({ name }) => shared.includes(name)))
    return shared.length ? [{ kind, fields: fields.map(({ name }) => name), shared }] : []
  })
}

/** The names of the fields that were chosen, of those that are still asked about. */
export function chosenNames(questions: readonly FieldQuestion[], chosen: ChosenFields): string[] {
  return questions.flatMap(({ kind, fields }) => fields.filter((name) => chosen[kind] === name))
}
