import { describe, expect, it } from 'vitest'
import { diffWords } from './word-diff'

describe('words that came and went', () => {
  it('are told apart from those that stayed', () => {
    expect(diffWords('The quick fox ran.', 'The slow fox ran home.')).toEqual([
      { sort: 'same', text: 'The ' },
      { sort: 'removed', text: 'quick' },
      { sort: 'added', text: 'slow' },
      { sort: 'same', text: ' fox ran' },
      { sort: 'added', text: ' home' },
      { sort: 'same', text: '.' },
    ])
  })

  it('give both texts back', () => {
    const [before, after] = ['a b  c\nd é', 'b c\n\nd e é 中文']
    const runs = diffWords(before, after)
    const side = (gone: string) => runs.filter(({ sort }) => sort !== gone).map(({ text }) => text).join('')
    expect([side('added'), side('removed')]).toEqual([before, after])
  })
})
