import { describe, expect, it } from 'vitest'
import { Bench, HOW, shape } from './bench'

const LINE = {
  points: [
    [100, 100],
    [200, 100],
    [200, 200],
  ],
}
const TURNED = { centre_x_px: 200, centre_y_px: 200, width_px: 100, height_px: 40, angle_deg: 350 }
const pointsOf = (bench: Bench) => bench.shapes[0]?.geometry['points'] as number[][]

function holding(kind: string, geometry: Record<string, unknown>): Bench {
  const bench = new Bench()
  bench.editor.frame = { width_px: 800, height_px: 600 }
  bench.give([shape('a', geometry, { kind })])
  bench.editor.setActive('a')
  return bench
}

describe('a point in hand', () => {
  it('is walked to by keys, moved by arrows in one step, and taken away', () => {
    const { editor, ...bench } = holding('polyline', LINE)

    expect([editor.walk(1), editor.walk(1)]).toEqual([true, true])
    editor.nudge(10, 0, false)
    editor.nudge(10, 0, false)
    editor.settle()
    expect(bench.told.filter(([what]) => what === 'change')).toEqual([
      ['change', 'a', { points: [[100, 100], [220, 100], [200, 200]] }],
    ])
    expect(editor.takeVertex()).toBe(true)
  })

  it('goes round at the end, and Esc lets go of it so that arrows move the whole again', () => {
    const bench = holding('polyline', LINE)

    bench.editor.walk(-1)
    expect(bench.editor.vertexInHand?.at).toEqual({ x: 200, y: 200 })
    bench.editor.walk(1)
    expect(bench.editor.vertexInHand?.at).toEqual({ x: 100, y: 100 })
    expect(bench.editor.cancel(HOW)).toBe(true)
    bench.editor.nudge(5, 0, false)
    bench.editor.settle()
    expect(pointsOf(bench)).toEqual([[105, 100], [205, 100], [205, 200]])
  })

  it('is the one that was clicked on; a drag alone takes none', () => {
    const bench = holding('polyline', LINE)

    bench.drag([[200, 100], [240, 120]])
    expect(bench.editor.vertexInHand).toBeNull()
    bench.click(240, 120)
    expect(bench.editor.vertexInHand?.index).toBe(1)
  })

  it('of a skeleton is marked, as is the one under the pointer', () => {
    const bench = holding('skeleton', { points: [[100, 100, 2], [200, 100, 2]] })

    bench.editor.walk(1)
    expect(bench.editor.mark(HOW)).toBe(true)
    bench.editor.cancel(HOW)
    bench.editor.move({ x: 201, y: 101 }, HOW)
    bench.editor.mark(HOW)
    bench.editor.mark(HOW)

    expect(pointsOf(bench)).toEqual([[100, 100, 1], [200, 100, 0]])
  })
})

describe('turning', () => {
  it('goes across the full turn and is told once', () => {
    const bench = holding('rotated_box', TURNED)

    for (let i = 0; i < 3; i++) bench.editor.turn(5)
    bench.editor.settle()

    expect(bench.said('change')).toEqual([['change', 'a', { ...TURNED, angle_deg: 5 }]])
  })

  it('follows the handle about the middle', () => {
    const bench = holding('rotated_box', { ...TURNED, angle_deg: 0 })

    bench.drag([[200, 152], [220, 152], [248, 200]])

    expect(bench.shapes[0]?.geometry).toMatchObject({ angle_deg: 90, centre_x_px: 200, centre_y_px: 200 })
  })

  it('keeps the other side where it is when a side of a turned box is dragged', () => {
    const bench = holding('rotated_box', { ...TURNED, angle_deg: 90 })

    bench.drag([[200, 250], [200, 260], [200, 290]])

    expect(bench.shapes[0]?.geometry).toMatchObject({ width_px: 140, height_px: 40, centre_x_px: 200, centre_y_px: 220 })
  })

  it('is nothing for a kind that is not turned, or one that is locked', () => {
    expect(holding('polyline', LINE).editor.turn(5)).toBe(false)
    const bench = holding('ellipse', TURNED)
    bench.give([shape('a', TURNED, { kind: 'ellipse', locked: true })])
    expect(bench.editor.turn(5)).toBe(false)
  })
})

describe('an open line', () => {
  it('is hit on the line and not in the hollow that closing it would make', () => {
    const { scene } = holding('polyline', LINE).editor

    expect(scene.at({ x: 150, y: 102 }, 5)).toHaveLength(1)
    expect(scene.at({ x: 190, y: 120 }, 5)).toHaveLength(0)
    expect(scene.at({ x: 150, y: 150 }, 5)).toHaveLength(0)
  })
})
