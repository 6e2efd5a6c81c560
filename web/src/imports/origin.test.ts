import { expect, it } from 'vitest'
import { asCommand, missingOf, pastedItems } from './origin'

it('asks for the first thing that is missing', () => {
  expect(missingOf({ source: 'camera 4', licence: ' ', basis: '' })).toBe('licence')
  expect(missingOf({ source: 'a', licence: 'b', basis: 'c' })).toBeNull()
})

it('writes a command that a shell reads as it is meant', () => {
  const origin = { source: "Anna's camera", licence: 'MIT', basis: '' }
  const plain = asCommand('proj_1', origin, { fields: [], format: '', batch: '' })
  expect(plain).toBe(`goldsmith import proj_1 PATH --source 'Anna'\\''s camera' --licence MIT`)
})

it('writes a command that reads labels as the page does', () => {
  const origin = { source: 'a', licence: 'b', basis: '' }
  const reading = { fields: ['whole', 'left part'], format: 'yolo', batch: ' day 1 ' }
  expect(asCommand('proj_1', origin, reading)).toBe(
    "goldsmith import proj_1 PATH --source a --licence b --batch 'day 1' --format yolo --field whole --field 'left part'",
  )
})

it('makes items of pasted lines, or one of the whole text', () => {
  expect(pastedItems(' a \r\n\nb', 'text', true)).toEqual([{ data: { text: 'a' } }, { data: { text: 'b' } }])
  expect(pastedItems('a\nb', 'body', false)).toEqual([{ data: { body: 'a\nb' } }])
  expect(pastedItems(' \n', 'text', false)).toEqual([])
})
