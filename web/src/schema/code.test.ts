import { describe, expect, it } from 'vitest'
import type { LabelSchema } from '@/generated/types'
import { fromText, toText } from './code'

const SCHEMA: LabelSchema = {
  fields: [
    {
      name: 'where: "it" is',
      kind: 'box',
      labels: [{ name: 'Yes', color: '#0072b2' }, { name: 'ÄÖ 漢 🙂', help: 'line one\nline two' }],
      attributes: [{ name: 'n', sort: 'number', minimum: -1.5, maximum: 4 }],
      required: true,
    },
  ],
}

describe('code', () => {
  it('says the same in YAML and JSON, there and back', () => {
    for (const language of ['yaml', 'json'] as const) {
      expect(fromText(toText(SCHEMA, language))).toEqual({ schema: SCHEMA, problem: null })
    }
  })

  it('takes labels written as plain names', () => {
    const { schema } = fromText('fields:\n- name: a\n  kind: choice\n  labels: [x, y]\n')
    expect(schema?.fields[0]?.labels).toEqual([{ name: 'x' }, { name: 'y' }])
  })

  it('names the line of a broken text', () => {
    const { problem } = fromText('fields:\n- name: a\n  kind: [box\n  labels: []\n')
    expect(problem?.line).toBeGreaterThanOrEqual(3)
  })

  it('names the line and column of what does not fit', () => {
    const text = 'fields:\n- name: a\n  kind: choice\n  labels:\n  - name: x\n  - name: 7\n'
    expect(fromText(text).problem).toEqual({ text: 'This takes a text; put it in quotes.', line: 6, column: 11 })
    expect(fromText('fields:\n- name: a\n  labels: []\n').problem).toMatchObject({ line: 2 })
    expect(fromText('fields: []\nfeilds: 1\n').problem?.text).toContain('feilds')
    expect(fromText('').problem).toMatchObject({ line: 1, column: 1 })
  })
})
