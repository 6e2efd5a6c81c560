import { describe, expect, it } from 'vitest'
import { arcsOf, labelWidth, type Box } from '../arcs'
import { badgesOf, linksOf, litBy, type Link } from '../links'
import { withPart } from '../text'
import { edgeOf } from '../view/ends'

const link = (id: string, more: Partial<Link> = {}): Link => ({
  id,
  how: 'pair',
  ends: ['a', 'b'],
  isDirected: true,
  color: '#000000',
  tag: 'owns',
  number: 0,
  dashed: false,
  ...more,
})
const box = (left: number, top = 100): Box => ({ left, top, width: 40, height: 20 })

describe('arcs', () => {
  it('go over a line with their label in the middle', () => {
    const [arc] = arcsOf([{ link: link('r'), from: box(0), to: box(200) }])
    expect(arc?.at.x).toBe(120)
    expect(arc?.at.y).toBeLessThan(100)
    expect(arc?.head).toMatch(/^M220 89/)
  })

  it('have no tip where they have no direction', () => {
    const [arc] = arcsOf([{ link: link('r', { isDirected: false }), from: box(0), to: box(200) }])
    expect(arc?.head).toBe('')
  })

  it('do not lie on one another over one line', () => {
    const arcs = arcsOf([
      { link: link('wide'), from: box(0), to: box(300) },
      { link: link('narrow'), from: box(100), to: box(200) },
    ])
    const [wide, narrow] = arcs.map(({ at }) => at.y)
    expect(wide).toBeLessThan(narrow ?? 0)
  })

  it('leave one box side by side', () => {
    const from = box(100)
    const arcs = arcsOf([
      { link: link('right'), from, to: box(300) },
      { link: link('left'), from, to: box(0) },
    ])
    const startOf = (path = ''): number => Number(/^M([\d.]+)/.exec(path)?.[1])
    expect(startOf(arcs[1]?.path)).toBeLessThan(startOf(arcs[0]?.path))
  })

  it('go down to a later line and up to an earlier one', () => {
    const [down, up] = arcsOf([
      { link: link('down'), from: box(0), to: box(200, 300) },
      { link: link('up'), from: box(200, 300), to: box(0) },
    ])
    expect(down?.head).toContain('-6h8z')
    expect(up?.head).toContain('6h8z')
    expect(down?.at.y).toBeGreaterThan(100)
  })

  it('make room for what they say', () => {
    expect(labelWidth('employed by')).toBeGreaterThan(labelWidth('owns'))
  })
})

describe('links', () => {
  const field = { name: 'f', kind: '', labels: [] }
  const group = (id: string, members: string[]) => ({ id, kind: 'group', label: 'same', members })
  const made = linksOf(
    [
      { field, object: group('g1', ['a', 'b']), color: '#111111', tag: 'same' },
      { field, object: { id: 'b', kind: 'box', label: 'x' }, color: '#111111', tag: 'x' },
      { field, object: group('g2', ['b']), color: '#111111', tag: 'same' },
    ],
    (id) => `k/${id}`,
  )

  it('number the sets, and each member carries the numbers', () => {
    expect(made.map(({ id, number }) => [id, number])).toEqual([
      ['k/g1', 1],
      ['k/g2', 2],
    ])
    expect(badgesOf(made).get('k/b')?.map(({ text }) => text)).toEqual(['1', '2'])
  })

  it('light up what the selected one joins', () => {
    expect([...litBy(made, 'k/g1', ['z'])]).toEqual(['k/a', 'k/b', 'z'])
  })
})

describe('parts of a span', () => {
  const parts = [
    { start: 2, end: 6 },
    { start: 10, end: 12 },
  ]

  it('are added in order, and joined where they meet', () => {
    expect(withPart(parts, { start: 20, end: 22 })).toEqual([...parts, { start: 20, end: 22 }])
    expect(withPart(parts, { start: 5, end: 10 })).toEqual([{ start: 2, end: 12 }])
  })

  it('are taken out where one holds them', () => {
    expect(withPart(parts, { start: 3, end: 5 })).toEqual([{ start: 2, end: 3 }, { start: 5, end: 6 }, parts[1]])
    expect(withPart([{ start: 2, end: 6 }], { start: 2, end: 6 })).toBeNull()
  })
})

it('a line leaves a box at its border, and its middle where the other end lies inside', () => {
  const area = { x: 0, y: 0, w: 20, h: 10 }
  expect(edgeOf(area, { x: 110, y: 5 })).toEqual({ x: 20, y: 5 })
  expect(edgeOf(area, { x: 12, y: 5 })).toEqual({ x: 10, y: 5 })
})
