import { expect, it } from 'vitest'
import type { LabelSchema } from '@/generated/types'
import { chosenNames, fieldQuestions } from './fields'

const field = (name: string, kind: string, ...labels: string[]) => ({
  name,
  kind,
  labels: labels.map((one) => ({ name: one })),
})
const SCHEMA: LabelSchema = {
  fields: [
    field('whole', 'box', 'car', 'van'),
    field('parts', 'box', 'wheel', 'van'),
    field('signs', 'box', 'stop'),
    field('outline', 'polygon', 'car'),
    field('mood', 'choice', 'good'),
  ],
}

it('asks where labels go only for fields of one kind that share some', () => {
  expect(fieldQuestions(SCHEMA)).toEqual([{ kind: 'box', fields: ['whole', 'parts'], shared: ['van'] }])
  expect(fieldQuestions({ fields: SCHEMA.fields.slice(2) })).toEqual([])
})

it('sends what was chosen, and nothing that the schema does not ask any more', () => {
  const questions = fieldQuestions(SCHEMA)

  expect(chosenNames(questions, { box: 'parts', polygon: 'outline' })).toEqual(['parts'])
  expect(chosenNames(questions, { box: 'gone' })).toEqual([])
})
