import { describe, expect, it } from 'vitest'
import { encode } from '@/canvas/pixels/runs'
import type { LabelSchema, Operation, SuggestionOut } from '@/generated/types'
import { fold } from '@/lib/sync'
import type { Obj, Value } from '@/lib/types'
import { Carried, Editor } from './editor.svelte'
import { Suggested } from './suggested.svelte'

const schema: LabelSchema = {
  fields: [
    { name: 'areas', kind: 'polygon', asset: 'image', labels: [{ name: 'roof' }] },
    { name: 'masks', kind: 'mask', asset: 'image', labels: [{ name: 'roof' }] },
    { name: 'relations', kind: 'relation', labels: [{ name: 'over' }] },
    { name: 'sets', kind: 'group', labels: [{ name: 'same' }] },
  ],
}
const FRAME = { width_px: 60, height_px: 40 }
const held = (id: string, kind: string) => ({ id, kind, label: 'roof', asset: 'image', attributes: {} })
const area = (id: string, x: number): Obj => ({
  ...held(id, 'polygon'),
  points: [
    [x, 4],
    [x + 10, 4],
    [x + 10, 14],
    [x, 14],
  ],
  holes: [],
})
/** Two bars of 4 x 12 pixels, 4 apart. */
const bars = (id: string): Obj => {
  const bits = Uint8Array.from({ length: 12 * 12 }, (_, i) => (i % 12 < 4 || i % 12 >= 8 ? 1 : 0))
  return { ...held(id, 'mask'), x_px: 20, y_px: 8, width_px: 12, height_px: 12, rle: encode(bits) }
}
const joins = {
  relations: [{ id: 'r', kind: 'relation', label: 'over', source: 'a', target: 'm' }],
  sets: [{ id: 's', kind: 'group', label: 'same', members: ['a', 'm'] }],
}

function opened(value: Value) {
  const sent: Operation[] = []
  const editor = new Editor({
    schema,
    draft: { value },
    carried: new Carried(),
    onoperations: (some) => sent.push(...some),
  })
  return { editor, onServer: () => fold(sent, { value }).value }
}

describe('an object made one of another kind', () => {
  it('stays what its relations and sets name', () => {
    const { editor, onServer } = opened({ areas: [area('a', 2)], masks: [bars('m')], ...joins })
    editor.selectedId = 'a'

    expect(editor.convert(FRAME)).toBe(true)

    expect(editor.value['masks']?.map(({ id }) => id)).toEqual(['m', 'a'])
    expect(editor.value).toMatchObject({ areas: [], ...joins })
    expect(editor.selected?.object.kind).toBe('mask')
    expect(onServer()).toEqual(editor.value)
    editor.undo()
    expect(editor.value).toMatchObject({ areas: [{ id: 'a' }], masks: [{ id: 'm' }], ...joins })
  })

  it('brings all its parts into its sets, and one of them into its relations', () => {
    const { editor, onServer } = opened({ areas: [area('a', 2)], masks: [bars('m')], ...joins })
    editor.selectedId = 'm'

    editor.convert(FRAME)

    const [, first, second] = (editor.value['areas'] ?? []).map(({ id }) => id)
    expect(first).toBe('m')
    expect(editor.value['sets']).toMatchObject([{ members: ['a', 'm', second] }])
    expect(editor.value['relations']).toEqual(joins.relations)
    expect(onServer()).toEqual(editor.value)
  })

  it('is not suggested again as what it was', () => {
    const { editor } = opened({})
    const suggestion: SuggestionOut = {
      person_id: 'p',
      name: 'Small',
      value: { areas: [area('a', 2)] },
      scores: {},
      threshold: 0.5,
    }
    const suggested = new Suggested(editor, [suggestion])
    suggested.accept()
    editor.selectedId = 'a'

    editor.convert(FRAME)

    expect(editor.value['masks']).toHaveLength(1)
    expect(suggested.rest).toEqual([])
  })
})
