import { describe, expect, it } from 'vitest'
import type { Area } from '../pixels/area'
import { Bench, box, HOW, shape } from './bench'

const square = (x: number, y: number, size: number): Area => ({
  x,
  y,
  w: size,
  h: size,
  bits: new Uint8Array(size * size).fill(1),
})
const settled = () => new Promise((done) => setTimeout(done))

function bench(kind: string, help: string): Bench {
  const one = new Bench()
  one.editor.frame = { width_px: 400, height_px: 300 }
  one.editor.tool = kind
  one.editor.options = new Set([`${kind}:${help}`])
  return one
}

describe('the wand', () => {
  it('makes an object of what it takes, and goes on with a mask that is selected', async () => {
    const one = bench('mask', 'wand')
    one.area = square(10, 20, 8)
    one.click(12, 22)
    await settled()
    const [, kind, geometry] = one.said('create')[0] ?? []
    expect(kind).toBe('mask')
    expect(geometry).toMatchObject({ x_px: 10, y_px: 20, width_px: 8, height_px: 8 })

    one.give([shape('m', geometry as Record<string, unknown>, { kind: 'mask' })])
    one.editor.setActive('m')
    one.area = square(18, 20, 8)
    one.click(20, 22)
    await settled()

    expect(one.said('change')[0]?.[2]).toMatchObject({ x_px: 10, width_px: 16 })
  })

  it('takes away with Alt, and the object with its last pixel', async () => {
    const one = bench('mask', 'wand')
    one.area = square(10, 20, 8)
    one.click(12, 22)
    await settled()
    one.give([shape('m', one.said('create')[0]?.[2] as Record<string, unknown>, { kind: 'mask' })])
    one.editor.setActive('m')
    one.click(12, 22, { alt: true })
    await settled()

    expect(one.said('remove')).toEqual([['remove', 'm']])
  })

  it('looks again with the last tolerance only, and is given up by Escape', async () => {
    const one = bench('polygon', 'wand')
    one.area = square(10, 20, 8)
    one.editor.press({ x: 50, y: 50 }, HOW)
    for (const x of [53, 56, 80]) one.editor.move({ x, y: 50 }, HOW)
    await settled()
    expect(one.said('wand').at(-1)?.[1]).toMatchObject({ tolerance: 34 })
    expect(one.said('wand').length).toBeLessThan(4)

    expect(one.editor.cancel(HOW)).toBe(true)
    await settled()
    expect(one.said('create')).toEqual([])
  })

  it('leaves a locked object alone', async () => {
    const one = bench('mask', 'wand')
    one.give([shape('b', box(0, 0, 50, 50), { locked: true })])
    one.editor.setActive('b')
    one.area = square(10, 20, 8)
    one.click(12, 22)
    await settled()

    expect(one.said('create')).toEqual([])
  })
})

describe('scissors', () => {
  it('set a stop at each press, take the last back, and end as a line where the kind is open', async () => {
    const one = bench('polyline', 'wire')
    one.click(5, 5)
    one.click(50, 5)
    one.click(90, 80)
    expect(one.editor.back(HOW)).toBe(true)
    expect(one.editor.enter({ x: 0, y: 0 }, HOW)).toBe(true)
    await settled()

    expect(one.said('create')[0]?.[2]).toEqual({ points: [[5, 5], [50, 0], [50, 5]] })
  })
})

describe('a model', () => {
  it('is shown a box by a drag and places by clicks, and its answer is taken by Enter', async () => {
    const one = bench('polygon', 'model')
    const shown: unknown[] = []
    one.editor.assists.askModel = (prompt) => {
      shown.push(prompt)
      return Promise.resolve(square(10, 10, 20))
    }
    one.drag([[10, 10], [20, 20], [30, 32]])
    one.click(12, 12, { alt: true })
    await settled()
    expect(shown.at(-1)).toEqual({
      box: { x: 10, y: 10, w: 20, h: 22 },
      hints: [{ x: 12, y: 12, isBeside: true }],
    })

    one.editor.enter({ x: 0, y: 0 }, HOW)
    await settled()
    const { points } = one.said('create')[0]?.[2] as { points: [number, number][] }
    expect(points.map(String).sort()).toEqual(['10,10', '10,30', '30,10', '30,30'])
  })

  it('that fails says why, and nothing is made', async () => {
    const one = bench('mask', 'model')
    one.editor.assists.askModel = () => Promise.reject(new Error('The decoder is no model.'))
    one.click(10, 10)
    await settled()

    expect(one.asked).toBe('The decoder is no model.')
    expect(one.editor.isBusy).toBe(false)
  })
})
