import { expect, test } from 'vitest'
import type { Field } from '@/generated/types'
import { arrowed, between, nextWhere } from './choosing'
import { fitsTriage } from './fits'

const IDS = ['a', 'b', 'c', 'd', 'e']
const MOOD: Field = { name: 'mood', kind: 'choice', labels: [{ name: 'good' }, { name: 'bad' }] }

test('a range holds both its ends, in whichever order they were taken', () => {
  expect(between(IDS, 'b', 'd')).toEqual(['b', 'c', 'd'])
  expect(between(IDS, 'd', 'b')).toEqual(['b', 'c', 'd'])
  expect(between(IDS, 'gone', 'c')).toEqual(['c'])
})

test('arrows stay in the grid, and follow the direction of writing', () => {
  expect(arrowed('ArrowDown', 1, 3, 5, false)).toBe(4)
  expect(arrowed('ArrowDown', 3, 3, 5, false)).toBe(3)
  expect(arrowed('ArrowLeft', 1, 3, 5, false)).toBe(0)
  expect(arrowed('ArrowLeft', 1, 3, 5, true)).toBe(2)
  expect(arrowed('x', 1, 3, 5, false)).toBeNull()
})

test('the next undecided one is sought round the end', () => {
  expect(nextWhere(5, 3, (index) => index === 1)).toBe(1)
  expect(nextWhere(5, 3, () => false)).toBe(3)
})

test('a project of choices alone fits the grid', () => {
  const flag = { name: 'sure', sort: 'flag' as const }

  expect(fitsTriage({ fields: [MOOD] })).toBe(true)
  expect(fitsTriage({ fields: [MOOD, { name: 'box', kind: 'box', labels: [{ name: 'car' }] }] })).toBe(false)
  expect(fitsTriage({ fields: [{ ...MOOD, kind: 'number', labels: [] }] })).toBe(false)
  expect(fitsTriage({ fields: [{ ...MOOD, attributes: [flag] }] })).toBe(false)
})
