import { expect, test } from 'vitest'
import type { LabelSchema } from '@/generated/types'
import { excerpt, marksOf, pictureOf, placedObjects, shapesOf, textOf } from './answer'

const schema: LabelSchema = {
  fields: [
    { name: 'boxes', kind: 'box', asset: 'image', labels: [{ name: 'Car' }, { name: 'Bus', color: '#123456' }] },
    { name: 'spans', kind: 'span', asset: 'text', labels: [{ name: 'Place' }] },
  ],
}
const value = {
  spans: [{ id: 's', kind: 'span', label: 'Place', start: 2, end: 4 }],
  boxes: [{ id: 'b', kind: 'box', label: 'Bus', x_px: 1, y_px: 2, width_px: 3, height_px: 4 }],
  old: [{ id: 'o', kind: 'choice', label: 'gone' }],
}

test('objects stand in the order of the fields, those of lost fields last', () => {
  expect(placedObjects(schema, value).map(({ object }) => object.id)).toEqual(['b', 's', 'o'])
})

test('each object is drawn where its kind lives', () => {
  const placed = placedObjects(schema, value)

  expect(shapesOf(placed).map(({ id, color }) => [id, color])).toEqual([['b', '#123456']])
  expect(marksOf(placed).map(({ id, parts }) => [id, parts])).toEqual([['s', [{ start: 2, end: 4 }]]])
})

test('an excerpt counts characters, not UTF-16 units', () => {
  const mark = { id: 's', parts: [{ start: 1, end: 2 }], color: '#000', tag: 'x' }

  const pieces = excerpt('a🙂b', [mark], 10)

  expect(pieces.map((piece) => piece.text)).toEqual(['a', '🙂', 'b'])
})

test('a cut excerpt says so', () => {
  expect(excerpt('abcdef', [], 3).map((piece) => piece.text)).toEqual(['abc…'])
})

test('the picture and the text are those that the fields ask about', () => {
  const asset = (sha256: string) => ({ sha256, media_type: 'image/png', size_bytes: 1, width_px: 4, height_px: 3 })
  const item = {
    data: { title: 'a much longer title', text: 'short' },
    assets: { mask: asset('m'), image: asset('i') },
  }

  expect(pictureOf(schema, item)?.sha256).toBe('i')
  expect(textOf(schema, item)).toBe('short')
})
