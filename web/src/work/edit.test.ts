import { describe, expect, it } from 'vitest'
import type { LabelSchema } from '@/generated/types'
import { fold } from '@/lib/sync'
import type { Obj, Value } from '@/lib/types'
import { WorkClock, minutes } from './clock'
import { describe as inWords } from './differences'
import * as edit from './edit'

const SCHEMA: LabelSchema = {
  fields: [
    {
      name: 'scene',
      kind: 'choice',
      labels: [{ name: 'street' }, { name: 'indoors' }],
      multiple: false,
      required: true,
    },
    {
      name: 'things',
      kind: 'box',
      labels: [{ name: 'car' }, { name: 'person', color: '#123456' }],
      shown_if: { field: 'scene', any_of: ['street'] },
      attributes: [
        { name: 'pose', sort: 'select', options: ['walking'], labels: ['person'], required: true },
        { name: 'truncated', sort: 'number', minimum: 0, maximum: 100 },
      ],
    },
    { name: 'why', kind: 'choice', labels: [{ name: 'dark' }], shown_if: { field: 'things', any_of: ['car'] } },
  ],
}
const [scene, things] = SCHEMA.fields as [(typeof SCHEMA.fields)[0], (typeof SCHEMA.fields)[0]]
const object = (id: string, label = 'car', more: Partial<Obj> = {}): Obj => ({ id, kind: 'box', label, ...more })
let made = 0
const newId = (): string => `op-${made++}`

/** What the server has after these operations is what the editor shows. */
function arrives(before: Value, after: Value): string[] {
  const operations = edit.operationsBetween(SCHEMA, before, after, newId)
  expect(fold(operations, { value: before }).value).toEqual(after)
  return operations.map(({ action }) => action)
}

describe('operations between two values', () => {
  const value = edit.complete(SCHEMA, { things: [object('a'), object('b'), object('c')] })

  it('are one step for adding, changing and removing', () => {
    expect(arrives(value, edit.add(value, things, object('d')))).toEqual(['put'])
    expect(
      arrives(
        value,
        edit.change(value, 'b', (o) => ({ ...o, label: 'person' })),
      ),
    ).toEqual(['put'])
    expect(
      arrives(
        value,
        edit.change(value, 'b', () => null),
      ),
    ).toEqual(['remove'])
    expect(arrives(value, value)).toEqual([])
  })

  it('replace the whole where steps would end in another order: undoing a removal, changing the stack', () => {
    const without = edit.change(value, 'a', () => null)
    expect(arrives(without, value)).toEqual(['replace'])
    expect(arrives(value, edit.restack(value, 'a', 1))).toEqual(['replace'])
  })

  it('choose one label in place of another', () => {
    const street = edit.choose(value, scene, 'street', 'x')
    expect(arrives(street, edit.choose(street, scene, 'indoors', 'y'))).toEqual(['remove', 'put'])
    expect(edit.choose(street, scene, 'street', 'z')['scene']).toEqual([])
  })
})

describe('conditions', () => {
  it('a field is asked only while its condition holds, also through other fields', () => {
    const street = edit.complete(SCHEMA, {
      scene: [object('s', 'street')],
      things: [object('a')],
      why: [object('w', 'dark')],
    })
    expect(edit.askedFields(SCHEMA, street).map(({ name }) => name)).toEqual(['scene', 'things', 'why'])

    const indoors = { ...street, scene: [object('s', 'indoors')] }
    expect(edit.askedFields(SCHEMA, indoors).map(({ name }) => name)).toEqual(['scene'])
    expect(edit.askedValue(SCHEMA, indoors)).toEqual({ scene: [object('s', 'indoors')], things: [], why: [] })
  })

  it('what was drawn comes back when the condition holds again, and is sent again', () => {
    const street = edit.complete(SCHEMA, { scene: [object('s', 'street')], things: [object('a')] })

    const away = edit.choose(street, scene, 'indoors', 'i')
    const back = edit.choose(away, scene, 'street', 't')

    expect(edit.askedValue(SCHEMA, away)['things']).toEqual([])
    expect(edit.askedValue(SCHEMA, back)['things']).toEqual([object('a')])
    expect(arrives(street, away)).toEqual(['remove', 'put'])
  })
})

describe('what is missing', () => {
  it('names required fields and required attributes, and numbers out of bounds', () => {
    const value = edit.complete(SCHEMA, {
      scene: [object('s', 'street')],
      things: [object('p', 'person'), object('a', 'car', { attributes: { truncated: 120 } })],
    })
    expect(edit.missing(SCHEMA, edit.complete(SCHEMA)).map(({ message }) => message)).toEqual([
      'scene needs an answer.',
    ])
    expect(edit.missing(SCHEMA, value).map(({ objectId, message }) => [objectId, message])).toEqual([
      ['p', 'person: pose needs an answer.'],
      ['a', 'car: truncated is at most 100.'],
    ])
  })

  it('a new label drops the answers it is not asked for', () => {
    const person = object('p', 'person', { attributes: { pose: 'walking', truncated: 5 } })
    expect(edit.relabelled(things, person, 'car').attributes).toEqual({ truncated: 5 })
  })
})

it('work time stops a minute after the last movement, and while the page is hidden', () => {
  const clock = new WorkClock(0)
  expect(clock.tick(30_000, true)).toBe(30)
  expect(clock.tick(90_000, true)).toBe(30)
  clock.act(90_000)
  expect(clock.tick(100_000, false)).toBe(0)
  expect(clock.tick(105_000, true)).toBe(5)
  expect(minutes(161.4)).toBe('2:41')
})

it('differences are told in words, with the objects to look at', () => {
  const answers = [
    { id: 'ann_1', name: 'A', value: { things: [object('a')] } },
    { id: '', name: 'the merged answer', value: { things: [object('m', 'person')] } },
  ]
  const told = inWords(
    [
      { a: 'ann_1', b: '', field: 'things', sort: 'label', a_id: 'a', b_id: 'm' },
      { a: 'ann_1', b: '', field: 'things', sort: 'missing', a_id: null, b_id: 'm' },
    ],
    answers,
  )

  expect(told.map(({ text }) => text)).toEqual([
    'A says car, the merged answer says person',
    'person: in the merged answer, not in A',
  ])
  expect(told[1]?.places).toEqual([{ answerId: '', objectId: 'm' }])
})
