import { describe, expect, it } from 'vitest'
import { lineOf, moved, ranked, settled } from '@kinds/ranking/order'

const NAMES = ['a', 'b', 'c']

describe('an order of responses', () => {
  it('keeps the ranks that were given until all have one', () => {
    const begun = ranked([], 'c', 3, true)
    expect(settled(begun, NAMES)).toEqual([[], [], ['c']])
    const tied = ranked(ranked(begun, 'a', 1, true), 'b', 1, true)
    expect(settled(tied, NAMES)).toEqual([['a', 'b'], ['c']])
    expect(ranked(tied, 'b', 1, true)).toEqual([['a'], [], ['c']])
  })

  it('holds one response at each rank where there are no ties', () => {
    expect(ranked([['a'], ['b']], 'b', 1, false)).toEqual([['b']])
  })

  it('is moved row by row, and others that are equal stay equal', () => {
    expect(lineOf([['b']], NAMES)).toEqual(['b', 'a', 'c'])
    expect(moved([['a', 'b'], ['c']], NAMES, 2, 0)).toEqual([['c'], ['a', 'b']])
    expect(moved([], NAMES, 0, 2)).toEqual([['b'], ['c'], ['a']])
  })
})
