import { describe, expect, it } from 'vitest'
import type { LabelSchema } from '@/generated/types'
import * as draft from './draft'
import { edit, redo, startEdits, undo } from './edits'

const SCHEMA: LabelSchema = {
  fields: [
    { name: 'verdict', kind: 'choice', labels: [{ name: 'Yes' }, { name: 'No' }], multiple: false },
    {
      name: 'where',
      kind: 'box',
      labels: [{ name: 'Dent' }, { name: 'Scratch' }],
      attributes: [
        { name: 'depth', sort: 'select', options: ['a', 'b'], labels: ['Dent'] },
        { name: 'length', sort: 'number', labels: ['Dent', 'Scratch'], minimum: 0 },
      ],
      shown_if: { field: 'verdict', any_of: ['Yes'] },
    },
  ],
}

describe('names that point to each other', () => {
  it('a renamed field is renamed in the conditions that ask for it', () => {
    expect(draft.changeField(SCHEMA, 0, { name: 'result' }).fields[1]?.shown_if?.field).toBe('result')
  })

  it('a renamed label is renamed in attributes and conditions', () => {
    expect(draft.changeLabel(SCHEMA, 0, 0, { name: 'Damaged' }).fields[1]?.shown_if?.any_of).toEqual(['Damaged'])
    const attributes = draft.changeLabel(SCHEMA, 1, 0, { name: 'Bump' }).fields[1]?.attributes
    expect(attributes?.map((a) => a.labels)).toEqual([['Bump'], ['Bump', 'Scratch']])
  })

  const relations = {
    name: 'relations',
    kind: 'relation',
    labels: [{ name: 'touches' }],
    settings: {
      fields: ['where'],
      pairs: { touches: [{ source: 'Dent', target: 'Scratch' }] },
      symmetric: ['touches'],
    },
  }
  const joined = { fields: [...SCHEMA.fields, relations] }
  const settingsOf = (schema: LabelSchema): unknown => schema.fields.at(-1)?.settings

  it('renamed fields and labels are renamed in what joins their objects', () => {
    expect(settingsOf(draft.changeField(joined, 1, { name: 'harm' }))).toMatchObject({ fields: ['harm'] })
    expect(settingsOf(draft.changeLabel(joined, 1, 0, { name: 'Bump' }))).toMatchObject({
      pairs: { touches: [{ source: 'Bump', target: 'Scratch' }] },
    })
    expect(settingsOf(draft.changeLabel(joined, 2, 0, { name: 'meets' }))).toMatchObject({
      pairs: { meets: [{ source: 'Dent', target: 'Scratch' }] },
      symmetric: ['meets'],
    })
  })

  it('a label that only sounds like a joined one changes nothing in what joins', () => {
    const alike = { fields: [{ name: 'verdict', kind: 'choice', labels: [{ name: 'Dent' }] }, ...joined.fields.slice(1)] }
    expect(settingsOf(draft.changeLabel(alike, 0, 0, { name: 'Bump' }))).toEqual(relations.settings)
    expect(settingsOf(draft.removeLabel(alike, 0, 0))).toEqual(relations.settings)
  })

  it('removed labels take along what joins named of them', () => {
    expect(settingsOf(draft.removeLabel(joined, 1, 0))).toEqual({ fields: ['where'], symmetric: ['touches'] })
    expect(settingsOf(draft.removeLabel(joined, 2, 0))).toEqual({ fields: ['where'] })
  })

  it('a removed label stays in what joins where another joined field has it', () => {
    const lines = { name: 'lines', kind: 'box', labels: [{ name: 'Dent' }] }
    const two = { fields: [lines, ...SCHEMA.fields, { ...relations, settings: { ...relations.settings, fields: [] } }] }
    expect(settingsOf(draft.removeLabel(two, 2, 0))).toMatchObject({ pairs: relations.settings.pairs })
    expect(settingsOf(draft.removeField(two, 0))).toMatchObject({ pairs: relations.settings.pairs })
  })

  it('a removed field takes its name and its labels from what joined it', () => {
    expect(settingsOf(draft.removeField(joined, 1))).toEqual({ symmetric: ['touches'] })
    const group = { name: 'groups', kind: 'group', labels: [{ name: 'same' }], settings: { fields: ['where'], has_singles: true } }
    expect(settingsOf(draft.removeField({ fields: [...SCHEMA.fields, group] }, 1))).toEqual({ has_singles: true })
  })

  it('a removed field takes its conditions along', () => {
    expect(draft.removeField(SCHEMA, 0).fields).toEqual([{ ...SCHEMA.fields[1], shown_if: null }])
  })

  it('a removed label takes along what was asked only of it', () => {
    const field = draft.removeLabel(SCHEMA, 1, 0).fields[1]
    expect(field?.attributes?.map((a) => [a.name, a.labels])).toEqual([['length', ['Scratch']]])
    expect(draft.removeLabel(SCHEMA, 0, 0).fields[1]?.shown_if).toBeNull()
  })

  it('leaves the schema it was given alone', () => {
    const before = JSON.stringify(SCHEMA)
    draft.changeLabel(SCHEMA, 0, 0, { name: 'x' })
    draft.removeLabel(SCHEMA, 1, 0)
    draft.moveField(SCHEMA, 0, 1)
    expect(JSON.stringify(SCHEMA)).toBe(before)
  })
})

describe('pasted lines', () => {
  it('reads names, colours and help, and counts what comes twice', () => {
    const lines = '- Car\nBus #e69f00\r\n\nVan, #009e73: small: lorries\nCar\nDog'
    const { labels, repeated } = draft.pastedLabels(lines, ['Dog'])
    expect(labels).toEqual([
      { name: 'Car' },
      { name: 'Bus', color: '#e69f00' },
      { name: 'Van', color: '#009e73', help: 'small: lorries' },
    ])
    expect(repeated).toBe(2)
  })

  it('keeps a name with spaces and a colon inside', () => {
    expect(draft.pastedLabels('Traffic light\nratio 1:2', []).labels.map((l) => l.name)).toEqual([
      'Traffic light',
      'ratio 1:2',
    ])
  })
})

describe('undo', () => {
  it('typing in one place is one step; another place is another', () => {
    const a = draft.changeField(SCHEMA, 0, { name: 'v' })
    const b = draft.changeField(SCHEMA, 0, { name: 've' })
    const c = draft.changeField(b, 1, { help: 'x' })
    let edits = edit(startEdits(SCHEMA), a, 'name 0', 1000)
    edits = edit(edits, b, 'name 0', 1200)
    edits = edit(edits, c, 'help 1', 1300)

    expect(undo(edits).now).toBe(b)
    expect(undo(undo(edits)).now).toBe(SCHEMA)
    expect(undo(undo(undo(edits))).now).toBe(SCHEMA)
    expect(redo(redo(undo(undo(edits)))).now).toBe(c)
  })
})

it('tidy says only what differs from the defaults', () => {
  const full: LabelSchema = {
    fields: [{ name: 'a', kind: 'box', labels: [{ name: 'x', color: null, help: '' }], attributes: [], asset: '',
      required: false, multiple: true, shown_if: null, help: '' }],
  }
  expect(draft.tidy(full)).toEqual({ fields: [{ name: 'a', kind: 'box', labels: [{ name: 'x' }] }] })
})
