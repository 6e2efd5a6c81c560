import { describe, expect, it } from 'vitest'
import { GridIndex } from './index'
import { History } from './history'
import { MAX_SCALE, fit, toImage, toScreen, zoomAt } from './viewport'
import { toCodePoint, toUnit } from '../lib/text'

describe('viewport', () => {
  const view = { scale: 1.7, x: -31, y: 12 }
  it('screen and image are inverse', () => {
    const p = toImage(view, toScreen(view, { x: 123.25, y: 7.5 }))
    expect(p.x).toBeCloseTo(123.25, 9)
    expect(p.y).toBeCloseTo(7.5, 9)
  })
  it('zoom keeps the image point under the cursor, also at the limit', () => {
    for (const factor of [1.3, 0.4, 1e6]) {
      const at = { x: 210, y: 95 }
      const before = toImage(view, at)
      const next = zoomAt(view, at, factor)
      expect(toImage(next, at).x).toBeCloseTo(before.x, 6)
      expect(toImage(next, at).y).toBeCloseTo(before.y, 6)
      expect(next.scale).toBeLessThanOrEqual(MAX_SCALE)
    }
  })
  it('fit centres the whole image', () => {
    const v = fit(1000, 500, 600, 600)
    expect(v.scale).toBeCloseTo(0.552)
    expect(toScreen(v, { x: 500, y: 250 })).toEqual({ x: 300, y: 300 })
  })
})
describe('history', () => {
  it('undoes, redoes, and a new edit drops the redo', () => {
    const h = new History(0)
    h.push(1); h.push(2)
    expect([h.undo(), h.now]).toEqual([true, 1])
    expect([h.redo(), h.now]).toEqual([true, 2])
    h.undo(); h.push(5)
    expect(h.redo()).toBe(false)
    h.undo(); h.undo()
    expect([h.now, h.undo()]).toEqual([0, false])
  })
  it('keeps no more than its limit', () => {
    const h = new History(0, 2)
    for (const n of [1, 2, 3]) h.push(n)
    while (h.undo());
    expect(h.now).toBe(1)
  })
})
describe('grid index', () => {
  it('agrees with a full scan, topmost first', () => {
    let seed = 7
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647
    const all = Array.from({ length: 400 }, (_, id) => ({ id, x: random() * 2000 - 200, y: random() * 2000, w: random() * (id % 50 ? 90 : 4000), h: random() * 90 }))
    const index = new GridIndex<number>()
    for (const b of all) index.add(b.id, b)
    for (let i = 0; i < 300; i++) {
      const x = random() * 2000 - 200, y = random() * 2000, slack = 6
      const want = all.filter((b) => x >= b.x - slack && x <= b.x + b.w + slack && y >= b.y - slack && y <= b.y + b.h + slack).map((b) => b.id).reverse()
      expect(index.near(x, y, slack)).toEqual(want)
    }
  })
})
describe('code points', () => {
  it('counts astral characters once, both ways', () => {
    const text = 'a😀é漢🇩🇪z'
    expect(toCodePoint(text, 3)).toBe(2)
    for (let p = 0; p <= [...text].length; p++) expect(toCodePoint(text, toUnit(text, p))).toBe(p)
  })
})
