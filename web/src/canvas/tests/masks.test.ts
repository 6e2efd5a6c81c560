import { describe, expect, it } from 'vitest'
import { closed, GrowingArea, holeAt, united, without, type Area } from '../pixels/area'
import { decode, encode } from '../pixels/runs'
import tool, { areaOf, geometryOf } from '@kinds/mask/tool'
import examples from '@kinds/mask/examples.json'
import { seeded } from './random'

const FRAME = { width_px: 600, height_px: 500 }
const count = (area: Area | null): number => area?.bits.reduce((n, bit) => n + bit, 0) ?? 0
const has = ({ x, y, w, h, bits }: Area, column: number, row: number): boolean =>
  column >= x && row >= y && column < x + w && row < y + h && bits[(row - y) * w + column - x] === 1

function disc(x: number, y: number, radius: number): Area {
  const area = new GrowingArea(FRAME)
  area.sweep({ x, y }, { x, y }, radius)
  return closed(area) as Area
}

describe('run lengths', () => {
  it('give back any mask', () => {
    const next = seeded(4)
    for (const share of [0, 0.02, 0.5, 0.98, 1]) {
      const bits = Uint8Array.from({ length: 37 * 23 }, () => (next() < share ? 1 : 0))
      expect(decode(encode(bits), 37, 23)).toEqual(bits)
    }
  })

  it('are those of the server: its examples come out as they went in', () => {
    for (const { rle, width_px, height_px } of examples) {
      const bits = decode(rle, width_px, height_px)
      expect(bits && encode(bits)).toBe(rle)
    }
  })

  it('that do not fill the rectangle are none', () => {
    expect(decode(encode(new Uint8Array(12)), 5, 5)).toBeNull()
  })
})

describe('painting', () => {
  it('marks the pixels whose middle the brush covers', () => {
    const area = disc(100, 100, 10)
    for (let row = 85; row < 115; row++)
      for (let column = 85; column < 115; column++)
        expect(has(area, column, row)).toBe(Math.hypot(column + 0.5 - 100, row + 0.5 - 100) <= 10)
  })

  it('leaves no gap along a quick stroke, and stays inside the picture', () => {
    const area = new GrowingArea(FRAME)
    area.sweep({ x: -50, y: 30 }, { x: 700, y: 470 }, 6)
    for (let x = 5; x < 595; x += 5) expect(has(area, x, Math.round(30 + ((x + 50) * 440) / 750))).toBe(true)
    expect([area.x >= 0, area.y >= 0, area.x + area.w <= 600, area.y + area.h <= 500]).toEqual([true, true, true, true])
  })

  it('adds and takes away whole pixels, close around what is left', () => {
    const a = disc(100, 100, 20),
      b = disc(115, 100, 20)
    const both = united(a, b) as Area
    const rest = without(a, b) as Area
    expect(count(both)).toBe(count(b) + count(rest))
    expect(closed(both)).toBe(both)
    expect(without(a, a)).toBeNull()
    expect(rest.w).toBeLessThan(a.w)
  })

  it('fills the hole that is pointed at and nothing that is open', () => {
    const ring = without(disc(100, 100, 20), disc(100, 100, 8)) as Area
    const hole = holeAt(ring, { x: 100, y: 100 }) as Area
    expect(count(united(ring, hole))).toBe(count(disc(100, 100, 20)))
    expect(holeAt(ring, { x: 100, y: 85 })).toBeNull() // marked
    expect(holeAt(ring, { x: 81, y: 81 })).toBeNull() // outside
    expect(holeAt(ring, { x: 300, y: 300 })).toBeNull()
  })

  it('a lasso fills what it goes around', () => {
    const stroke = tool.painter?.begin({ geometry: null, way: 'lasso', radius_px: 5, at: { x: 10, y: 10 }, frame: FRAME })
    for (const [x, y] of [[60, 10], [60, 40], [10, 40]] as const) stroke?.to({ x, y })
    const area = areaOf(stroke?.done() ?? {})
    expect([area.x, area.y, area.w, area.h, count(area)]).toEqual([10, 10, 50, 30, 1500])
  })

  it('moves as a whole and not out of the picture', () => {
    const geometry = geometryOf(disc(100, 100, 20))
    const grip = { part: 'body', ring: 0, index: 0 } as const
    const moved = tool.reshape(geometry, grip, { x: 0, y: 0 }, { x: -500.4, y: 7.6 }, FRAME)
    expect([moved['x_px'], moved['y_px']]).toEqual([0, 88])
    expect(areaOf(moved).bits).toEqual(areaOf(geometry).bits)
  })
})

describe('a stroke on a large mask', () => {
  const press = { radius_px: 6, frame: FRAME }

  it('is written down by the rows that it changed, as the whole would be', () => {
    const next = seeded(8)
    let geometry = geometryOf(united(disc(200, 200, 90), disc(400, 250, 90)) as Area)
    for (let i = 0; i < 30; i++) {
      const at = { x: 120 + 300 * next(), y: 120 + 160 * next() }
      const way = i % 2 ? 'erase' : ''
      const stroke = tool.painter?.begin({ ...press, geometry, way, at })
      stroke?.to({ x: at.x + 40 * next(), y: at.y + 40 * next() })
      geometry = stroke?.done() ?? geometry
      const area = areaOf(geometry)

      expect(geometry['rle']).toBe(encode(area.bits))
    }
  })

  it('leaves what the mask was, so that undo finds it', () => {
    const before = geometryOf(disc(200, 200, 90))
    const pixels = count(areaOf(before))
    const moved = tool.reshape(before, { part: 'body', ring: 0, index: 0 }, { x: 0, y: 0 }, { x: 5, y: 0 }, FRAME)
    for (const geometry of [before, moved]) {
      const stroke = tool.painter?.begin({ ...press, geometry, way: 'erase', at: { x: 200, y: 200 } })
      stroke?.done()
    }

    expect(count(areaOf(before))).toBe(pixels)
    expect(count(areaOf(moved))).toBe(pixels)
  })
})
