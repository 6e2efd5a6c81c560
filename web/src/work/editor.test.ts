import { describe, expect, it } from 'vitest'
import type { LabelSchema, Operation } from '@/generated/types'
import { fold } from '@/lib/sync'
import type { Value } from '@/lib/types'
import { Carried, Editor } from './editor.svelte'

const SCHEMA: LabelSchema = {
  fields: [
    {
      name: 'things',
      kind: 'box',
      labels: [{ name: 'car' }, { name: 'bus' }],
      attributes: [
        { name: 'occluded', sort: 'flag' },
        { name: 'pose', sort: 'select', options: ['left', 'right'] },
      ],
    },
    { name: 'weather', kind: 'choice', labels: [{ name: 'clear' }, { name: 'fog' }], multiple: false },
  ],
}
const BOX = { x_px: 1, y_px: 2, width_px: 30, height_px: 40 }

function setUp(draft = {}, carried = new Carried()) {
  const sent: Operation[] = []
  const editor = new Editor({ schema: SCHEMA, draft, carried, onoperations: (made) => sent.push(...made) })
  /** What the server would have by now. */
  const server = () => fold(sent, { value: { things: [], weather: [], ...(draft as { value?: object }).value } })
  return { editor, sent, server, carried }
}

describe('undo and redo', () => {
  it('go through every step, and the server follows each of them', () => {
    const { editor, server } = setUp()
    editor.create('box', BOX)
    editor.create('box', { ...BOX, x_px: 50 })
    const [first, second] = editor.objects.map(({ object }) => object.id)
    if (first) editor.reshape(first, { ...BOX, x_px: 9 })
    editor.remove(second)
    editor.relabel('bus')

    const values = [editor.value]
    while (editor.undo()) values.push(editor.value)
    expect(editor.objects).toEqual([])
    expect(server().value).toEqual(editor.value)

    while (editor.redo()) values.pop()
    expect(editor.value).toEqual(values[0])
    expect(server().value).toEqual(editor.value)
    expect(editor.canRedo).toBe(false)
  })

  it('an untouched task has nothing to undo', () => {
    const { editor } = setUp()
    expect(editor.undo()).toBe(false)
    expect(editor.steps).toBe(0)
  })
})

describe('the last answer copied onto the next picture', () => {
  const far = { ...BOX, x_px: 500 }
  const answered: Value = {
    things: [
      { id: 'a', kind: 'box', label: 'bus', asset: 'front', attributes: { pose: 'left' }, ...BOX },
      { id: 'b', kind: 'box', label: 'car', asset: 'front', attributes: {}, ...far },
    ],
    weather: [{ id: 'w', kind: 'choice', label: 'fog' }],
  }

  it('comes with labels and attributes, inside the picture, under ids of its own, and one undo takes it back', () => {
    const { editor, server, carried } = setUp()
    carried.answered = answered

    expect(editor.takeAnswered('image', { width_px: 200, height_px: 100 })).toBe(2)
    const [first, second] = editor.value['things'] ?? []
    expect(first).toMatchObject({ label: 'bus', asset: 'image', attributes: { pose: 'left' }, ...BOX })
    expect(second).toMatchObject({ label: 'car', x_px: 170 })
    expect(new Set([first?.id, second?.id, 'a', 'b']).size).toBe(4)
    expect(editor.value['weather']).toEqual([])
    expect(server().value).toEqual(editor.value)

    editor.undo()
    expect(editor.objects).toEqual([])
  })

  it('changes nothing where there is no answer yet', () => {
    const { editor } = setUp()
    expect(editor.takeAnswered('image', { width_px: 200, height_px: 100 })).toBe(0)
    expect(editor.steps).toBe(0)
  })
})

describe('a draft on top of what was there', () => {
  const base = { things: [{ id: 'm', kind: 'box', label: 'car' }], weather: [] }
  const other = { things: [{ id: 'a', kind: 'box', label: 'bus' }], weather: [] }
  /** As a reviewer finds the task again, after what they did the first time. */
  function again(work: (editor: Editor) => void) {
    const sent: Operation[] = []
    const onoperations = (made: Operation[]) => void sent.push(...made)
    const common = { schema: SCHEMA, carried: new Carried(), base, onoperations }
    work(new Editor({ ...common, draft: { value: base } }))
    const editor = new Editor({ ...common, draft: fold(sent, { value: base }) })
    return { editor, server: () => fold(sent, { value: base }).value }
  }

  it('is undone step by step: to the answer that was taken over, then to where all began', () => {
    const { editor } = again((first) => {
      first.replaceWith(other)
      first.create('box', BOX)
    })

    expect([editor.isRestored, editor.objects.length, editor.takenOver]).toEqual([true, 2, other])
    editor.undo()
    expect(editor.value).toEqual(other)
    editor.undo()
    expect(editor.value).toEqual(base)
    expect(editor.canUndo).toBe(false)
  })

  it('can be started over, on the server too, and brought back', () => {
    const { editor, server } = again((first) => first.create('box', BOX))
    const before = editor.value

    editor.startOver()

    expect(editor.value).toEqual(base)
    expect(server()).toEqual(base)
    expect([editor.isRestored, editor.canUndo]).toEqual([false, false])
    editor.redo()
    expect(editor.value).toEqual(before)
  })

  it('is none where nothing was changed', () => {
    const { editor } = again((first) => {
      first.create('box', BOX)
      first.undo()
    })

    expect([editor.isRestored, editor.canUndo, editor.takenOver]).toEqual([false, false, null])
  })
})

describe('drawing', () => {
  it('takes the label in hand, and carries it to the next task', () => {
    const { editor, carried } = setUp()
    const [things] = SCHEMA.fields
    if (things) editor.pick(things, 'bus')

    const next = setUp({}, carried).editor
    next.create('box', BOX)

    expect(next.objects.map(({ object }) => object.label)).toEqual(['bus'])
  })

  it('an unfinished shape is kept with the draft and is there again', () => {
    const { editor, server } = setUp()
    editor.keepSketch('box', { x_px: 3 })

    const again = setUp(server()).editor

    expect(again.sketch).toMatchObject({ kind: 'box', x_px: 3, label: 'car' })
    expect(again.tool).toBe('box')
  })

  it('repeats the last shape with its middle at the cursor, in the next task too', () => {
    const { editor, carried } = setUp()
    editor.create('box', BOX)
    const next = setUp({}, carried).editor

    next.paste('last', { at: { x: 100, y: 100 }, frame: { width_px: 200, height_px: 200 }, asset: 'image' })

    expect(next.objects[0]?.object).toMatchObject({ x_px: 85, y_px: 80, width_px: 30, height_px: 40, asset: 'image' })
  })

  it('a locked object is neither moved nor removed', () => {
    const { editor } = setUp()
    editor.create('box', BOX)
    const id = editor.selectedId ?? ''
    editor.toggleLocked()

    editor.reshape(id, { x_px: 99 })
    editor.remove()

    expect(editor.objects[0]?.object['x_px']).toBe(1)
  })
})

describe('one label in sight', () => {
  it('hides all others, not what is drawn next; again shows everything', () => {
    const { editor } = setUp()
    editor.create('box', BOX)
    editor.create('box', BOX)
    editor.relabel('bus')
    const [car] = editor.placed.map(({ object }) => object.id)

    editor.toggleSolo()
    editor.create('box', BOX)
    expect([...editor.hidden]).toEqual([car])
    expect(editor.solo).toEqual({ fieldName: 'things', label: 'bus' })

    editor.toggleSolo()
    expect([editor.hidden.size, editor.solo]).toEqual([0, null])
  })

  it('is the label in hand where nothing is selected', () => {
    const { editor } = setUp()
    editor.create('box', BOX)
    editor.selectedId = null

    editor.toggleSolo()

    expect(editor.solo?.label).toBe('car')
    expect(editor.hidden.size).toBe(0)
  })
})

describe('attribute mode', () => {
  it('a digit answers the question in hand and goes to the next', () => {
    const { editor } = setUp()
    editor.create('box', BOX)
    editor.setAttributeMode(true)

    expect(editor.answerByDigit(1)).toBe(true)
    expect(editor.answerByDigit(2)).toBe(true)

    expect(editor.objects[0]?.object.attributes).toEqual({ occluded: true, pose: 'right' })
  })

  it('Tab walks round; outside it, it ends at the last object', () => {
    const { editor } = setUp()
    editor.create('box', BOX)
    editor.create('box', BOX)
    expect(editor.walk(1)).toBe(false)

    editor.setAttributeMode(true)
    expect(editor.walk(1)).toBe(true)
    expect(editor.selectedId).toBe(editor.objects[0]?.object.id)
  })
})
