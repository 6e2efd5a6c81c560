import { expect, it } from 'vitest'
import type { Batch } from './queue'
import { refusals } from './refusals'

const file = (path: string) => ({ path, size: 1, mtime: 1 })
const PHOTOS: Batch = { raw: false, bytes: 2, files: [file('a/1.jpg'), file('a/2.jpg')] }
const TABLE: Batch = { raw: true, bytes: 1, files: [file('texts.csv')] }

it('a refused file is known by its place, or by its index', () => {
  const rows = [
    { index: 0, place: 'a/2.jpg', reason: 'holds a PDF' },
    { index: 0, reason: 'is empty' },
  ]

  expect(refusals(PHOTOS, rows).map((one) => one.path)).toEqual(['a/2.jpg', 'a/1.jpg'])
})

it('a refused line leaves its file taken', () => {
  expect(refusals(TABLE, [{ index: 17, place: 'texts.csv:17', reason: 'ragged' }])).toEqual([
    { place: 'texts.csv:17', reason: 'ragged', path: '' },
  ])
  expect(refusals(TABLE, [{ index: 0, place: 'texts.csv', reason: 'not a table' }])[0]?.path).toBe('texts.csv')
})

it('what was there already is not refused', () => {
  expect(refusals(PHOTOS, [{ index: 0, place: 'a/1.jpg', reason: 'there already', known: true }])).toEqual([])
})
