import { expect, it } from 'vitest'
import type { LabelSchema } from '@/generated/types'
import { besideOf, mediaOf, shapesOf } from './surface'

const SCHEMA: LabelSchema = { fields: [{ name: 'things', kind: 'box', labels: [{ name: 'car' }, { name: 'bus' }] }] }
const ITEM = {
  data: {},
  assets: { image: { sha256: 'a', media_type: 'image/png', size_bytes: 1, width_px: 10, height_px: 10 } },
}
const box = (id: string, label: string) => ({
  id,
  kind: 'box',
  label,
  asset: 'image',
  x_px: 1,
  y_px: 1,
  width_px: 2,
  height_px: 2,
})

it('with one label in sight, other answers show that label only; the editor says itself what it hides', () => {
  const media = mediaOf(SCHEMA, ITEM)
  const [medium] = media
  if (!medium) throw new Error('The item has a picture.')
  const value = { things: [box('1', 'car'), box('2', 'bus')] }
  const look = { schema: SCHEMA, media, medium, hidden: new Set<string>(), locked: 'all' as const, isNumbered: true }
  const hiddenIn = (key: string) =>
    shapesOf({ ...look, layer: { key, name: '', value }, solo: { fieldName: 'things', label: 'bus' } })
      .filter((shape) => shape.hidden)
      .map(({ tag }) => tag)

  expect(hiddenIn('ann_1')).toEqual(['1 car'])
  expect(hiddenIn('')).toEqual([])
})

it('short texts that fields name are read beside one another; long ones, pictures and plain values are not', () => {
  const pairs: LabelSchema = {
    fields: [
      { name: 'why', kind: 'span', asset: 'premise', labels: [{ name: 'x' }] },
      { name: 'verdict', kind: 'choice', asset: 'hypothesis', labels: [{ name: 'x' }] },
    ],
  }
  const besides = (data: Record<string, string>): string[] => {
    const media = mediaOf(pairs, { assets: {}, data })
    return besideOf(pairs, media, media[0]).map(({ name }) => name)
  }
  expect(besides({ source: 'web', hypothesis: 'It rains.', premise: 'It pours.' })).toEqual(['hypothesis'])
  expect(besides({ hypothesis: 'It rains. '.repeat(200), premise: 'It pours.' })).toEqual([])
})
