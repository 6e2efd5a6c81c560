import { describe, expect, it } from 'vitest'
import type { Field, LabelSchema, SuggestionBeside } from '@/generated/types'
import { isBeside, layersBeside, placeOf, standingOf } from './beside'
import { offersOf } from './suggested.svelte'

const mood: Field = { name: 'mood', kind: 'choice', labels: [{ name: 'good' }, { name: 'bad' }] }
const names: Field = { name: 'names', kind: 'span', asset: 'text', labels: [{ name: 'person' }] }
const schema: LabelSchema = { fields: [mood, names] }
const span = (id: string, start: number) => ({ id, kind: 'span', label: 'person', asset: 'text', start, end: start + 3 })
const suggestion: SuggestionBeside = {
  person_id: 'p1',
  name: 'Small 1',
  value: { mood: [{ id: 'm1', kind: 'choice', label: 'good' }], names: [span('n1', 0), span('n2', 8)] },
  scores: { n1: 0.95 },
  departures: [],
}
const standings = (value: Record<string, { id: string; kind: string; label: string }[]>): string[] =>
  offersOf(schema, [suggestion]).map((offer) => standingOf(value, offer))

describe('suggestions beside answers', () => {
  it('lie on the media dashed, with name and score, what is asked in a form does not', () => {
    const [layer] = layersBeside(schema, [suggestion])

    expect(Object.keys(layer?.value ?? {})).toEqual(['names'])
    expect([layer?.name, layer?.isDashed, layer?.notes]).toEqual(['Small 1', true, { n1: '95 %' }])
  })

  it('are in an answer as they were, changed, or not at all', () => {
    expect(standings({ names: [span('n1', 0), span('n2', 9)] })).toEqual(['absent', 'alike', 'changed'])
  })

  it('are in an answer that says the same by itself, where a label says it all', () => {
    expect(standings({ mood: [{ id: 'other', kind: 'choice', label: 'good' }] })[0]).toBe('alike')
  })

  it('have a place of their own, which no answer has', () => {
    expect([placeOf(suggestion, 'n1', true), placeOf(suggestion, 'n1', false)]).toEqual(['n1', 'suggested:p1/n1'])
    expect([isBeside('suggested:p1/n1'), isBeside('ann_1/n1'), isBeside(null)]).toEqual([true, false, false])
  })
})
