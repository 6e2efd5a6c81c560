import { describe, expect, it } from 'vitest'
import type { SureShown } from '@/generated/types'
import { leftOut, sureIn, whereMarked } from './sure'

const KEPT: SureShown = {
  object_id: 'a',
  probability: 0.99,
  is_kept: true,
  is_in_doubt: false,
  marked_as: { ann_1: 'a', ann_2: 'b' },
}
const LEFT: SureShown = { ...KEPT, object_id: 'x', probability: 0.3, is_kept: false, is_in_doubt: true, marked_as: { ann_2: 'x' } }

describe('how sure objects are', () => {
  it('is known under the id that each answer gives an object', () => {
    expect([...sureIn([KEPT, LEFT], 'ann_2').keys()]).toEqual(['b', 'x'])
    expect([...sureIn([KEPT, LEFT], 'ann_1').keys()]).toEqual(['a'])
  })

  it('is known of what the answers come to only for what was kept', () => {
    expect([...sureIn([KEPT, LEFT], '').keys()]).toEqual(['a'])
  })

  it('tells what was left out in doubt, and where to see it', () => {
    expect(leftOut([KEPT, LEFT])).toEqual([LEFT])
    expect(whereMarked(LEFT)).toEqual(['ann_2', 'x'])
  })
})
