/** Which projects can be answered many items at once. */
import { tools } from '@/canvas/tool'
import type { Field, ItemData, LabelSchema } from '@/generated/types'
import { pictureOf, textOf } from '@/lib/answer'

/** Answered by taking labels and by nothing else. */
const isPlain = (field: Field): boolean => {
  const tool = tools.get(field.kind)
  return tool?.surface === 'form' && !tool.form && field.labels.length > 0 && !field.attributes?.length
}

/** Whether a glance and a key answer all that is asked. */
export const fitsTriage = (schema: LabelSchema): boolean => schema.fields.length > 0 && schema.fields.every(isPlain)

/** What an item shows when it is small; with neither it has to be opened alone. */
export const isShowable = (schema: LabelSchema, item: ItemData): boolean =>
  pictureOf(schema, item) !== null || textOf(schema, item) !== null
