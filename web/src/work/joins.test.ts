import { describe, expect, it } from 'vitest'
import type { Draft, LabelSchema } from '@/generated/types'
import type { Value } from '@/lib/types'
import { Carried, Editor } from './editor.svelte'
import { askedValue, missing } from './edit'
import { claimed, fittingLabel, joinedFields, rewired, sameJoin, withoutLost } from './joins'
import { Naming } from './naming'

const schema: LabelSchema = {
  fields: [
    { name: 'names', kind: 'span', asset: 'text', labels: [{ name: 'person' }, { name: 'firm' }] },
    { name: 'mood', kind: 'choice', labels: [{ name: 'good' }] },
    {
      name: 'relations',
      kind: 'relation',
      labels: [{ name: 'works for' }, { name: 'knows' }],
      settings: {
        pairs: { 'works for': [{ source: 'person', target: 'firm' }], knows: [{ source: 'person', target: 'person' }] },
        symmetric: ['knows'],
      },
    },
    { name: 'chains', kind: 'group', labels: [{ name: 'same' }] },
  ],
}
const span = (id: string, label: string, start: number) => ({ id, kind: 'span', label, start, end: start + 3 })
const relation = (id: string, label: string, source: string, target: string) => ({
  id,
  kind: 'relation',
  label,
  source,
  target,
})
const value: Value = {
  names: [span('ann', 'person', 0), span('ben', 'person', 4), span('co', 'firm', 8)],
  relations: [relation('r', 'works for', 'ann', 'co'), relation('k', 'knows', 'ann', 'ben')],
  chains: [{ id: 'g', kind: 'group', label: 'same', members: ['ann', 'ben', 'co'] }],
}
const [, , RELATIONS, CHAINS] = schema.fields as [unknown, unknown, (typeof schema.fields)[0], (typeof schema.fields)[0]]
const start = (of: Value = value): Editor =>
  new Editor({ schema, draft: { value: of } as Draft, carried: new Carried() })
const of = (editor: Editor, name: string): unknown[] => editor.value[name] ?? []

describe('what joins objects', () => {
  it('joins those of fields before it that mark places', () => {
    expect(joinedFields(schema, RELATIONS).map(({ name }) => name)).toEqual(['names'])
    const named = { ...CHAINS, settings: { fields: ['mood'] } }
    expect(joinedFields({ fields: [...schema.fields.slice(0, 3), named] }, named)).toEqual([])
  })

  it('goes with what it joins, and a set only where too little is left', () => {
    const next = withoutLost(schema, { ...value, names: (value['names'] ?? []).filter(({ id }) => id !== 'co') })
    expect(next['relations']?.map(({ id }) => id)).toEqual(['k'])
    expect(next['chains']?.[0]?.['members']).toEqual(['ann', 'ben'])
    expect(withoutLost(schema, { ...value, names: [span('ann', 'person', 0)] })['chains']).toEqual([])
    expect(withoutLost(schema, value)).toBe(value)
  })

  it('follows an object that became part of another', () => {
    const next = rewired(schema, value, 'ben', 'ann')
    expect(next['relations']?.map(({ id }) => id)).toEqual(['r'])
    expect(next['chains']?.[0]?.['members']).toEqual(['ann', 'co'])
  })

  it('takes the first label that fits its ends', () => {
    expect(fittingLabel(RELATIONS, 'works for', ['person', 'person'])).toBe('knows')
    expect(fittingLabel(RELATIONS, 'knows', ['person', 'firm'])).toBe('works for')
    expect(fittingLabel(RELATIONS, 'knows', ['firm', 'firm'])).toBeNull()
  })

  it('is the same either way where the label has no direction', () => {
    expect(sameJoin(RELATIONS, value['relations'] ?? [], 'knows', ['ben', 'ann'])?.id).toBe('k')
    expect(sameJoin(RELATIONS, value['relations'] ?? [], 'works for', ['co', 'ann'])).toBeUndefined()
  })

  it('takes members from other sets, where an object is in one only', () => {
    expect(claimed(CHAINS, value['chains'] ?? [], 'new', ['ben', 'co'])).toEqual([])
    expect(claimed(CHAINS, value['chains'] ?? [], 'new', ['co'])[0]?.['members']).toEqual(['ann', 'ben'])
    const shared = { ...CHAINS, settings: { may_overlap: true } }
    expect(claimed(shared, value['chains'] ?? [], 'new', ['co'])).toEqual(value['chains'])
  })

  it('is left out of what is submitted with what it joins, and said to be wrong where it does not fit', () => {
    expect(askedValue(schema, { ...value, names: [] })['relations']).toEqual([])
    const wrong = { ...value, relations: [relation('x', 'works for', 'co', 'ann')] }
    expect(missing(schema, wrong).map(({ objectId, message }) => [objectId, message])).toEqual([
      ['x', 'works for does not go from firm to person.'],
    ])
  })
})

describe('the editor', () => {
  it('takes what refers to an object away with it, in one step', () => {
    const editor = start()
    editor.remove('co')
    expect([of(editor, 'relations').length, of(editor, 'chains')]).toEqual([
      1,
      [{ id: 'g', kind: 'group', label: 'same', members: ['ann', 'ben'] }],
    ])
    editor.undo()
    expect(editor.value).toEqual({ ...value, mood: [] })
  })

  it('makes a relation from the selected object to the one taken next', () => {
    const editor = start({ ...value, relations: [], chains: [] })
    editor.selectedId = 'ann'
    editor.joining.press('pair')
    editor.walk(1)
    editor.walk(1)
    expect(editor.selectedId).toBe('co')
    editor.joining.takeSelected()
    expect(of(editor, 'relations')).toMatchObject([{ label: 'works for', source: 'ann', target: 'co' }])
    expect(editor.selected?.object.label).toBe('works for')
    editor.joining.takeSelected()
    expect(editor.joining.now).toBeNull()
  })

  it('says why two objects cannot be joined', () => {
    const editor = start({ ...value, relations: [] })
    editor.joining.press('pair')
    editor.joining.take('co')
    editor.joining.take('co')
    expect(editor.joining.problem).not.toBe('')
    editor.joining.take('ann')
    expect([editor.joining.problem, of(editor, 'relations').length]).toEqual(['No relation goes from firm to person.', 0])
  })

  it('changes the set that the selected object is in', () => {
    const editor = start()
    editor.selectedId = 'ben'
    editor.joining.press('set')
    editor.joining.take('ann')
    editor.joining.press('set')
    expect(of(editor, 'chains')).toMatchObject([{ id: 'g', members: ['ben', 'co'] }])
  })

  it('wants two members at least', () => {
    const editor = start({ ...value, chains: [] })
    editor.joining.press('set')
    editor.joining.take('ann')
    editor.joining.press('set')
    expect([editor.joining.problem, of(editor, 'chains').length]).toEqual(['Take 2 objects at least.', 0])
  })

  it('makes no copy of a relation', () => {
    const editor = start()
    editor.selectedId = 'r'
    editor.duplicate()
    editor.copy()
    editor.paste('copied', null)
    expect(of(editor, 'relations').length).toBe(2)
  })
})

it('objects are called by the words they cover', () => {
  const naming = new Naming({ data: { text: '👍🏽 Ann Ben' }, assets: {} })
  const [names] = schema.fields
  const said = names && naming.name(names, { ...span('a', 'person', 3), asset: 'text', more: [[7, 10]] })
  expect(said).toBe('Ann … Ben')
})
