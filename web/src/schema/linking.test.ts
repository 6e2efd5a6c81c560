import { describe, expect, it } from 'vitest'
import type { LabelSchema } from '@/generated/types'
import { vocabularyOf, withVocabulary } from './linking'

const schema: LabelSchema = {
  fields: [
    { name: 'mood', kind: 'choice', labels: [{ name: 'good' }] },
    {
      name: 'names',
      kind: 'span',
      labels: [{ name: 'place' }],
      attributes: [
        { name: 'unsure', sort: 'flag' },
        { name: 'meant', sort: 'entity', vocabulary: 'entities' },
      ],
    },
  ],
}

describe('the vocabulary of a new project', () => {
  it('is the one that an entity attribute names', () => {
    expect(vocabularyOf(schema)).toBe('entities')
    expect(vocabularyOf({ fields: schema.fields.slice(0, 1) })).toBe('')
  })

  it('takes the place of that in the template, and nothing else changes', () => {
    const changed = withVocabulary(schema, 'towns')

    expect(changed.fields[1]?.attributes?.map(({ vocabulary }) => vocabulary)).toEqual([undefined, 'towns'])
    expect(vocabularyOf(schema)).toBe('entities')
    expect(withVocabulary({ fields: schema.fields.slice(0, 1) }, 'towns').fields).toHaveLength(1)
  })
})
