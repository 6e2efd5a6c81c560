import { describe, expect, it } from 'vitest'
import { amountOf, keptOf, limitOf } from './limit'

describe('a limit of cost', () => {
  it('is none where nothing is typed, and no amount where it cannot be read', () => {
    expect(amountOf({ amount: ' ', currency: 'EUR', per: 'month' })).toBeNull()
    expect(amountOf({ amount: '-3', currency: 'EUR', per: 'month' })).toBeUndefined()
    expect(amountOf({ amount: 'ten', currency: 'EUR', per: 'month' })).toBeUndefined()
    expect(amountOf({ amount: '1.5', currency: 'JPY', per: 'month' })).toBeUndefined()
  })

  it('goes to the server in the smallest unit of its currency and comes back as it was typed', () => {
    const kept = keptOf({ amount: '12,50', currency: 'eur', per: 'all' })

    expect(kept).toEqual({ cost_most_minor: 1250, cost_currency: 'EUR', cost_per: 'all' })
    expect(limitOf(kept, [])).toEqual({ amount: '12.50', currency: 'EUR', per: 'all' })
  })

  it('begins in the currency in which models have cost something', () => {
    expect(limitOf({}, ['', 'USD'])).toEqual({ amount: '', currency: 'USD', per: 'month' })
  })
})
