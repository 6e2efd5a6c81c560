import { describe, expect, it } from 'vitest'
import type { Field, LabelSchema, SuggestionOut } from '@/generated/types'
import { Carried, Editor } from './editor.svelte'
import { Suggested, nameOf, offersOf, sureOf } from './suggested.svelte'

const mood: Field = {
  name: 'mood',
  kind: 'choice',
  multiple: false,
  labels: [{ name: 'good' }, { name: 'bad' }],
}
const names: Field = { name: 'names', kind: 'span', asset: 'text', labels: [{ name: 'person' }] }
const schema: LabelSchema = { fields: [mood, names] }
const span = (id: string, start: number) => ({ id, kind: 'span', label: 'person', asset: 'text', start, end: start + 3 })
const suggestion: SuggestionOut = {
  person_id: 'p1',
  name: 'Small 1',
  value: {
    mood: [
      { id: 'm1', kind: 'choice', label: 'good' },
      { id: 'm2', kind: 'choice', label: 'bad' },
    ],
    names: [span('n1', 0), span('n2', 8)],
  },
  scores: { m1: 0.6, m2: 0.9, n1: 0.95, n2: 0.4 },
  threshold: 0.5,
}

function opened() {
  const editor = new Editor({ schema, draft: { value: {}, operations: 0 }, carried: new Carried() })
  return { editor, suggested: new Suggested(editor, [suggestion]) }
}

describe('suggestions of a task', () => {
  it('are offered the surest first', () => {
    expect(offersOf(schema, [suggestion]).map(({ object }) => object.id)).toEqual(['m2', 'm1', 'n1', 'n2'])
  })

  it('above the threshold are one of a field that takes one', () => {
    expect(sureOf(offersOf(schema, [suggestion]), 0.5).map(({ object }) => object.id)).toEqual(['m2', 'n1'])
  })

  it('are no part of the answer until they are taken over, with their ids, and come back when that is undone', () => {
    const { editor, suggested } = opened()

    expect(editor.objects).toEqual([])
    suggested.accept(suggested.sure)

    expect(editor.objects.map(({ object }) => object.id)).toEqual(['m2', 'n1'])
    expect(suggested.rest.map(({ object }) => object.id)).toEqual(['m1', 'n2'])
    editor.undo()
    expect(suggested.rest).toHaveLength(4)
    expect(editor.objects).toEqual([])
  })

  it('go on to the next one in hand when one is taken or dropped', () => {
    const { editor, suggested } = opened()

    suggested.drop()
    expect(suggested.held?.object.id).toBe('m1')
    suggested.accept()
    expect(suggested.held?.object.id).toBe('n1')

    expect(editor.value['mood']?.map(({ label }) => label)).toEqual(['good'])
    suggested.bringBack()
    expect(suggested.rest.map(({ object }) => object.id)).toEqual(['m2', 'n1', 'n2'])
  })

  it('on a text are named by what stands there', () => {
    const named = offersOf(schema, [suggestion]).map((one) => nameOf(one, { data: { text: '😀Ann met Bob' } }))

    expect(named).toEqual(['bad', 'good', 'person: 😀An', 'person:  Bo'])
  })

  it('say nothing that the person has said already', () => {
    const { editor, suggested } = opened()

    editor.choose(mood, 'bad')

    expect(suggested.rest.map(({ object }) => object.id)).toEqual(['m1', 'n1', 'n2'])
  })

  it('lie on the media dashed, what is asked in a form does not', () => {
    const { suggested } = opened()

    expect(suggested.layers).toHaveLength(1)
    expect(suggested.layers[0]?.isDashed).toBe(true)
    expect(Object.keys(suggested.layers[0]?.value ?? {})).toEqual(['names'])
  })
})
