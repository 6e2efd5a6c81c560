import { describe, expect, it } from 'vitest'
import type { Field, LabelSchema } from '@/generated/types'
import { keyNumbersOf, labelOf, tagsOf } from './digits'
import { Carried, Editor } from './editor.svelte'

const field = (name: string, kind: string, count: number): Field => ({
  name,
  kind,
  labels: Array.from({ length: count }, (_, i) => ({ name: `${name} ${i + 1}` })),
})

describe('digits', () => {
  const scene = field('scene', 'choice', 2)
  const boxes = field('boxes', 'box', 3)
  const areas = field('areas', 'polygon', 2)
  const schema: LabelSchema = { fields: [scene, boxes, areas] }

  it('count on over the fields that are drawn, and take the tool with the label', () => {
    const found = labelOf(schema, 4, boxes)
    expect(found).toMatchObject({ field: areas, label: 'areas 1' })
    expect([...keyNumbersOf(schema, areas).values()]).toEqual([4, 5])
    expect(tagsOf(schema)(areas, 'areas 2')).toBe('5 areas 2')

    const editor = new Editor({ schema, draft: {}, carried: new Carried() })
    editor.setTool('box')
    if (found) editor.pick(found.field, found.label)
    expect([editor.tool, editor.field?.name, editor.label]).toEqual(['polygon', 'areas', 'areas 1'])
  })

  it('stand for nothing beyond the last label', () => {
    expect(labelOf(schema, 6, boxes)).toBeNull()
  })

  it('start again in each field where 20 keys are too few, and mean the field in hand', () => {
    const many: LabelSchema = { fields: [field('boxes', 'box', 12), field('areas', 'polygon', 22)] }
    const [, second] = many.fields

    expect(labelOf(many, 2, second)?.label).toBe('areas 2')
    expect(labelOf(many, 2, many.fields[0])?.label).toBe('boxes 2')
    expect(labelOf(many, 2, undefined)).toBeNull()
    expect(tagsOf(many)(second ?? areas, 'areas 21')).toBe('areas 21')
  })
})
