import { expect, it } from 'vitest'
import { asCommand, missingOf, pastedItems } from './origin'

it('asks for the first thing that is missing', () => {
  expect(missingOf({ source: 'camera 4', licence: ' ', basis: '' })).toBe('licence')
  expect(missingOf({ source: 'a', licence: 'b', basis: 'c' })).toBeNull()
})

it('writes a command that a shell reads as it is meant', () => {
  const origin = { source: "Anna's camera", licence: 'MIT', basis: '' }
  expect(asCommand('proj_1', origin, '')).toBe(
    `goldsmith import proj_1 PATH --source 'Anna'\\''s camera' --licence MIT`,
  )
  expect(asCommand('proj_1', { ...origin, source: '' }, ' day 1 ')).toBe(
    `goldsmith import proj_1 PATH --licence MIT --batch 'day 1'`,
  )
})

it('makes items of pasted lines, or one of the whole text', () => {
  expect(pastedItems(' a \r\n\nb', 'text', true)).toEqual([{ data: { text: 'a' } }, { data: { text: 'b' } }])
  expect(pastedItems('a\nb', 'body', false)).toEqual([{ data: { body: 'a\nb' } }])
  expect(pastedItems(' \n', 'text', false)).toEqual([])
})
