import { expect, test } from 'vitest'
import { checkForm, checkTerms } from './checks'

test('a price of a review comes back from the form as it was', () => {
  const terms = { sort: 'minute', amount_minor: 12, most_minor: 250 } as const

  expect(checkForm(terms, 'EUR')).toEqual({ sort: 'minute', amount: '0.12', most: '2.50' })
  expect(checkTerms(checkForm(terms, 'EUR'), 'EUR')).toEqual(terms)
})

test('what is not paid is sent as nothing, and a price a task has no most', () => {
  expect(checkTerms(checkForm(null, 'EUR'), 'EUR')).toBeNull()
  expect(checkTerms({ sort: 'task', amount: '3', most: '9' }, 'JPY')).toEqual({
    sort: 'task',
    amount_minor: 3,
    most_minor: 0,
  })
})
