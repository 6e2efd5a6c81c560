import { describe, expect, it } from 'vitest'
import { kept, put, shown, stretches, typedAt } from './mentions'

const STORED = 'Look, @[person_1a Mia Moss], and @[person_2b Mia]: here'

describe('a mention', () => {
  it('is shown by name and kept by id', () => {
    const { text, chosen } = shown(STORED)

    expect(text).toBe('Look, @Mia Moss, and @Mia: here')
    expect(kept(text, chosen)).toBe(STORED)
  })

  it('stands apart from the text around it', () => {
    expect(stretches('a @[person_1a Mia]!')).toEqual([
      { text: 'a ', person: null },
      { text: '@Mia', person: 'person_1a' },
      { text: '!', person: null },
    ])
    expect(stretches('a@b.org, @nobody')).toEqual([{ text: 'a@b.org, @nobody', person: null }])
  })

  it('is begun by an @ at the start of a word', () => {
    expect(typedAt('see @mi', 7)).toEqual({ from: 4, typed: 'mi' })
    expect(typedAt('@', 1)).toEqual({ from: 0, typed: '' })
    expect(typedAt('mail a@b', 8)).toBeNull()
    expect(typedAt('see @mia and more', 17)).toBeNull()
  })

  it('takes the place of what was typed', () => {
    expect(put('see @mi now', 4, 7, 'Mia')).toEqual({ text: 'see @Mia now', caret: 9 })
  })
})
