import { describe, expect, it } from 'vitest'
import type { WorkflowPage } from '@/generated/types'
import { added, changed, changeOf, draftOf, expected, LEVELS_MOST, moved, removed, wrong } from './draft'

const PAGE: WorkflowPage = {
  version: 3,
  overlap: 2,
  overlap_most: 4,
  stop_risk: null,
  reviews: [
    { level: 0, name: 'First', share: 1, group_id: '', group: '', tasks: 7 },
    { level: 4, name: 'Second', share: 0.1, group_id: 'group_1', group: 'Experts', tasks: 0 },
  ],
  adjudication: { group_id: '', group: '', tasks: 2 },
  elsewhere: 0,
}

describe('a workflow in the editor', () => {
  it('is sent as it came when nothing was changed', () => {
    expect(changeOf(draftOf(PAGE), 3)).toEqual({
      version: 3,
      reviews: [
        { level: 0, name: 'First', share: 1, group_id: '' },
        { level: 4, name: 'Second', share: 0.1, group_id: 'group_1' },
      ],
      adjudication: { group_id: '' },
    })
  })

  it('keeps the number of a level that is moved, and gives a new one none', () => {
    const draft = moved(added(draftOf(PAGE), 'First'), 2, 0)

    expect(draft.levels.map(({ name, level }) => [name, level])).toEqual([
      ['First 2', null],
      ['First', 0],
      ['Second', 4],
    ])
  })

  it('never has more levels than the server takes', () => {
    let draft = draftOf(PAGE)
    for (let i = 0; i < 9; i += 1) draft = added(draft, 'Look')

    expect(draft.levels.length).toBe(LEVELS_MOST)
    expect(new Set(draft.levels.map(({ key }) => key)).size).toBe(LEVELS_MOST)
  })

  it('says which levels cannot be saved', () => {
    const draft = draftOf(PAGE)

    expect([...wrong(draft)]).toEqual([])
    expect([...wrong(changed(draft, 1, { name: ' first ' }))]).toEqual([1])
    expect([...wrong(changed(draft, 0, { percent: 0 }))]).toEqual([0])
    expect([...wrong(changed(draft, 0, { percent: NaN }))]).toEqual([0])
  })

  it('says what is to be expected of 100 tasks', () => {
    const half = changed(draftOf(PAGE), 0, { percent: 50 })

    expect(expected(half).at.map(({ tasks }) => tasks)).toEqual([50, 10])
    expect(expected(half).unseen).toBeCloseTo(45)
    expect(expected(removed(removed(half, 0), 0)).unseen).toBe(100)
  })
})
