import { expect, test } from 'vitest'
import { callOf, pageOf, searchFrom, secondsLeft, similarTo } from './similar'

test('a search stands whole in the address, and an item goes before a text', () => {
  expect(similarTo('p', 'item_1')).toBe('/projects/p/similar?item=item_1')
  expect(pageOf('p', { text: 'two words', state: 'open' })).toBe('/projects/p/similar?text=two+words&state=open')
  expect(searchFrom({ item: 'i', text: 't' })).toEqual({ item: 'i', text: '', state: '' })
  expect(callOf('p', searchFrom({ text: 't' }), 'k', 60)).toBe('/api/projects/p/similar?text=t&after=k&limit=60')
})

test('the time left follows the rate so far, and is not told before there is one', () => {
  const begun = '2026-01-01T00:00:00Z'
  const at = (seconds: number) => Date.parse(begun) + seconds * 1000

  expect(secondsLeft(50, 200, begun, at(10))).toBe(30)
  expect(secondsLeft(0, 200, begun, at(10))).toBeNull()
  expect(secondsLeft(200, 200, begun, at(10))).toBeNull()
})
