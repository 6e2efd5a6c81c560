// @vitest-environment jsdom
import { afterEach, describe, expect, it } from 'vitest'
import { sayDoubt, sayDoubts } from './doubts'
import { setLanguage } from './language.svelte'

const SENTENCES = [
  'objects: 1 of 2 marked it',
  'objects: at most 1 of 3 marked the same place',
  'mood: 2 of 4 chose good, 2 chose bad',
  'parts: 1 of 3 chose Car, van, 1 chose Bus, 1 did not mark it',
  'objects: pose: 1 of 2 chose standing, 1 chose walking',
  'mood: good is wrong with a probability of 12.5%; 5.0% is allowed',
  'cars: car is there with a probability of 64.0%; a doubt of 5.0% is allowed',
  'cars: 12.0% of what is there is overlooked by all who answered; 5.0% is allowed',
  'cars: something is asked for, and nothing is likely to be there',
]

afterEach(() => setLanguage('en'))

describe('why something is undecided', () => {
  it('is in English what the server says', () => {
    expect(SENTENCES.map((one) => sayDoubt(one).replaceAll(' %', '%'))).toEqual(SENTENCES)
  })

  it('is said in another language, but for names', async () => {
    await setLanguage('ar')

    for (const one of SENTENCES) {
      expect(sayDoubt(one)).not.toMatch(/chose|marked|wrong|there|overlooked/)
      expect(sayDoubt(one).split(':')[0]).toBe(one.split(':')[0])
    }
    expect(sayDoubt(SENTENCES[3] ?? '')).toContain('Car, van')
  })

  it('stays as it is where the sentence is not known', () => {
    expect(sayDoubt('sent back: 3 chose')).toBe('sent back: 3 chose')
  })

  it('is told once, with how often it was given', () => {
    expect(sayDoubts([SENTENCES[0] ?? '', SENTENCES[0] ?? '', SENTENCES[2] ?? ''])).toBe(
      'objects: 1 of 2 marked it × 2; mood: 2 of 4 chose good, 2 chose bad',
    )
  })
})
