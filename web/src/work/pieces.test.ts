import { describe, expect, it } from 'vitest'
import type { LabelSchema, Operation } from '@/generated/types'
import { fold } from '@/lib/sync'
import type { Obj, Value } from '@/lib/types'
import { Carried, Editor } from './editor.svelte'

const schema = (multiple = true): LabelSchema => ({
  fields: [
    { name: 'boxes', kind: 'box', labels: [{ name: 'car' }] },
    { name: 'areas', kind: 'polygon', labels: [{ name: 'road' }, { name: 'roof' }], multiple },
  ],
})
const square = (id: string, x: number, more: Partial<Obj> = {}): Obj => ({
  id,
  kind: 'polygon',
  label: 'road',
  asset: 'image',
  attributes: { wet: true },
  points: [
    [x, 0],
    [x + 100, 0],
    [x + 100, 100],
    [x, 100],
  ],
  holes: [],
  ...more,
})

function setUp(areas: Obj[], multiple = true) {
  const sent: Operation[] = []
  const start: Value = { boxes: [], areas }
  const onoperations = (made: Operation[]) => void sent.push(...made)
  const editor = new Editor({ schema: schema(multiple), draft: { value: start }, carried: new Carried(), onoperations })
  return { editor, start, server: () => fold(sent, { value: start }).value }
}
const LINE: [number, number][] = [
  [30, -5],
  [30, 105],
]

describe('cutting', () => {
  it('in two makes a second object with the same label and answers, in one step, on the server too', () => {
    const { editor, start, server } = setUp([square('a', 0)])

    expect(editor.cut('a', LINE, false)).toBe('')

    const [first, second] = editor.value['areas'] ?? []
    expect([first?.id, first?.points]).toEqual(['a', expect.arrayContaining([[100, 0]])])
    expect(second).toMatchObject({ label: 'road', asset: 'image', attributes: { wet: true }, kind: 'polygon' })
    expect(second?.id).not.toBe('a')
    expect(server()).toEqual(editor.value)
    editor.undo()
    expect(editor.value).toEqual(start)
    expect(server()).toEqual(start)
  })

  it('brings the further parts into the groups that the object is in, and leaves relations as they are', () => {
    const fields: LabelSchema['fields'] = [
      ...schema().fields,
      { name: 'chains', kind: 'group', labels: [{ name: 'same' }] },
      { name: 'ties', kind: 'relation', labels: [{ name: 'on' }] },
    ]
    const chain: Obj = { id: 'g', kind: 'group', label: 'same', members: ['a', 'b'] }
    const tie: Obj = { id: 'r', kind: 'relation', label: 'on', source: 'a', target: 'b' }
    const start: Value = { boxes: [], areas: [square('a', 0), square('b', 200)], chains: [chain], ties: [tie] }
    const editor = new Editor({ schema: { fields }, draft: { value: start }, carried: new Carried(), onoperations: () => {} })

    expect(editor.cut('a', LINE, false)).toBe('')

    const added = editor.value['areas']?.at(-1)?.id
    expect(editor.value['chains']).toEqual([{ ...chain, members: ['a', 'b', added] }])
    expect(editor.value['ties']).toEqual([tie])
    editor.undo()
    expect(editor.value).toEqual(start)
  })

  it.each([
    [
      'beside it',
      [
        [300, 0],
        [400, 0],
        [400, 90],
      ],
      true,
      'That covers nothing of the object.',
    ],
    [
      'over all of it',
      [
        [-9, -9],
        [400, -9],
        [400, 400],
        [-9, 400],
      ],
      true,
      /^That covers the whole object/,
    ],
    [
      'that does not cross it',
      [
        [50, 50],
        [60, 60],
      ],
      false,
      'The line does not divide the object.',
    ],
  ] as const)('%s changes nothing and says why', (_, path, isClosed, why) => {
    const { editor, start } = setUp([square('a', 0)])

    expect(
      editor.cut(
        'a',
        path.map(([x, y]): [number, number] => [x, y]),
        isClosed,
      ),
    ).toMatch(why)

    expect(editor.value).toEqual(start)
    expect(editor.steps).toBe(0)
  })

  it('makes no second object where the field takes one, nor of what is locked', () => {
    const { editor } = setUp([square('a', 0)], false)
    expect(editor.cut('a', LINE, false)).toBe('areas takes one object only.')

    editor.toggleLocked('a')
    expect(editor.cut('a', LINE, false)).toMatch(/^The object is locked/)
  })
})

describe('joining', () => {
  it('keeps the first object with its answers, in one step, on the server too', () => {
    const { editor, start, server } = setUp([square('b', 100, { attributes: {} }), square('a', 0), square('c', 500)])

    expect(editor.join('a', 'b')).toBe('')

    expect(editor.value['areas']?.map(({ id }) => id)).toEqual(['a', 'c'])
    expect(editor.selected?.object).toMatchObject({ id: 'a', attributes: { wet: true }, holes: [] })
    expect(server()).toEqual(editor.value)
    editor.undo()
    expect(editor.value).toEqual(start)
  })

  it.each([
    [square('b', 200), 'The two do not touch.'],
    [square('b', 50, { label: 'roof' }), 'Only objects of one label can be joined.'],
    [square('b', 50, { asset: 'other' }), 'Only objects of one label can be joined.'],
  ])('of what does not belong together says why', (other, why) => {
    const { editor, start } = setUp([square('a', 0), other])

    expect(editor.join('a', 'b')).toBe(why)
    expect(editor.join('a', 'a')).toMatch(/^Select another/)
    expect(editor.join('a', 'x/b')).toMatch(/^That object is not part/)

    expect(editor.value).toEqual(start)
  })
})
