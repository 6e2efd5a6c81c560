import { expect, test } from 'vitest'
import type { AnswerRow, ItemDetail } from '../generated/types'
import { viewWith, viewsOf } from './item-detail'

function answer(annotation_id: string, created_at: string, object_id: string): AnswerRow {
  return {
    annotation_id,
    created_at,
    person_id: 'p',
    annotator: annotation_id,
    state: 'submitted',
    schema_version: 1,
    guideline_version: 1,
    work_seconds: 3,
    value: { boxes: [{ id: object_id, kind: 'box', label: 'Car' }] },
  }
}

const item: ItemDetail = {
  probability: null,
  level: 0,
  level_name: '',
  item_id: 'i',
  task_id: 't',
  name: 'a.png',
  item: {},
  state: 'settled',
  priority: 0,
  batch: '',
  answers: 2,
  agreement: 1,
  updated_at: '',
  source: '',
  licence: '',
  basis: '',
  group: '',
  created_at: '',
  excluded_reason: '',
  undecided: [],
  value: { boxes: [{ id: 'o1', kind: 'box', label: 'Car' }] },
  history: [answer('old', '2026-01-01', 'o2'), answer('new', '2026-01-02', 'o1')],
}

test('the settled answer is shown first, then the newest', () => {
  expect(viewsOf(item).map((view) => view.title)).toEqual(['Settled', 'new', 'old'])
})

test('what the answers of an item in review come to is not called settled', () => {
  expect(viewsOf({ ...item, state: 'in_review' }).map((view) => view.title)).toEqual(['Merged', 'new', 'old'])
})

test('an item without a settled answer shows its answers only', () => {
  expect(viewsOf({ ...item, state: 'open', value: {} }).map((view) => view.title)).toEqual(['new', 'old'])
})

test('a link to an object opens the answer it is in', () => {
  expect(viewWith(viewsOf(item), 'o2')?.annotation_id).toBe('old')
  expect(viewWith(viewsOf(item), 'o1')?.annotation_id).toBe('')
  expect(viewWith(viewsOf(item), 'nowhere')).toBeNull()
})
