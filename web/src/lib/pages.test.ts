import { expect, test } from 'vitest'
import { matchPage } from './pages'

test('an address names its page and what it is about', () => {
  expect(matchPage('/projects/p1/items/i%201')).toEqual({
    page: 'Item',
    bare: false,
    props: { id: 'p1', item_id: 'i 1' },
  })
  expect(matchPage('/projects/new')?.page).toBe('NewProject')
  expect(matchPage('/projects/p1/')?.page).toBe('Overview')
  expect(matchPage('/nowhere')).toBeNull()
})

test('the labelling view fills the window', () => {
  expect(matchPage('/projects/p1/label')?.bare).toBe(true)
})
