/** From which vocabulary a new project asks: one that is there, or a new one, from a file or empty. */
import type { LabelSchema } from '@/generated/types'

export interface VocabularyStart {
  /** Its name. */
  name: string
  isNew: boolean
  /** Of a new one: its entries; null: it begins without any. */
  file: File | null
}

/** The vocabulary that entity attributes of the schema name first; '' where there is none. */
export function vocabularyOf(schema: LabelSchema): string {
  const attributes = schema.fields.flatMap((field) => field.attributes ?? [])
  return attributes.find(({ sort }) => sort === 'entity')?.vocabulary ?? ''
}

/** The schema with another vocabulary in its place, wherever it is asked. */
export function withVocabulary(schema: LabelSchema, name: string): LabelSchema {
  const before = vocabularyOf(schema)
  if (!before || before === name) return schema
  return {
    ...schema,
    fields: schema.fields.map((field) => ({
      ...field,
      attributes: (field.attributes ?? []).map((one) => (one.vocabulary === before ? { ...one, vocabulary: name } : one)),
    })),
  }
}
