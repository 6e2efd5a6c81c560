import { describe, expect, it } from 'vitest'
import { SORT_FORMS, linesOf, startOf, threeOf } from './sorts'

describe('the forms of models', () => {
  it('start from what is there, else from what each setting starts with', () => {
    const openai = SORT_FORMS['openai']
    if (!openai) throw new Error('no form')

    const started = startOf(openai, { model: 'small', tries: 2 })

    expect(started['model']).toBe('small')
    expect(started['tries']).toBe(2)
    expect(started['form']).toBe('schema')
    expect(started['address']).toBe('')
  })

  it('read lists and triples', () => {
    expect(linesOf(' cat \n\n dog ')).toEqual(['cat', 'dog'])
    expect(threeOf('0.5, 0.25 1')).toEqual([0.5, 0.25, 1])
    expect(threeOf('0.5, 0.25')).toBeNull()
  })
})
