/** What a new project may start from: the templates, and nothing at all. */
import type { LabelSchema, NewProject, Template } from '@/generated/types'
import { withVocabulary, type VocabularyStart } from './linking'
import { kindsOffered, type Medium } from './kinds'

export interface NewProjectForm {
  name: string
  overlap: number
  overlap_most: number
  review: boolean
  /** Where the start asks from a vocabulary. */
  vocabulary: VocabularyStart
}

/** One field of the first kind for this medium, to begin with. */
export function emptySchema(medium: Medium): LabelSchema {
  const kinds = kindsOffered()
  const kind = kinds.find((one) => one.medium === medium) ?? kinds[0]
  return { fields: [{ name: 'objects', kind: kind?.kind ?? '', labels: [{ name: 'Label 1' }], asset: medium }] }
}

/** What is sent to make the project. */
export function newProject(form: NewProjectForm, start: Template | Medium): NewProject {
  const from = typeof start === 'string' ? { schema: emptySchema(start), guideline: '' } : start
  return {
    name: form.name.trim(),
    schema: withVocabulary(from.schema, form.vocabulary.name.trim()),
    overlap: form.overlap,
    overlap_most: Math.max(form.overlap, form.overlap_most),
    review: form.review,
    guideline: from.guideline,
  }
}

/** "box, choice": the kinds of a schema's fields, each once. */
export function kindsOf(schema: LabelSchema): string[] {
  return [...new Set(schema.fields.map((field) => field.kind))]
}
