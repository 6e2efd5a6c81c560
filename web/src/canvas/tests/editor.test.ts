import { beforeEach, describe, expect, it } from 'vitest'
import { Bench, HOW, box, shape } from './bench'

let bench: Bench
beforeEach(() => {
  bench = new Bench()
  bench.editor.frame = { width_px: 1000, height_px: 800 }
})

describe('selecting', () => {
  it('takes the smaller of two objects, whichever lies on top', () => {
    bench.give([shape('small', box(40, 40, 20, 20)), shape('large', box(0, 0, 200, 200))])

    bench.click(50, 50)

    expect(bench.told).toEqual([['select', 'small']])
  })

  it('passes over what is hidden', () => {
    bench.give([shape('small', box(40, 40, 20, 20), { hidden: true }), shape('large', box(0, 0, 200, 200))])

    bench.click(50, 50)

    expect(bench.told).toEqual([['select', 'large']])
  })

  it('lets go on empty ground, which the pointer then pans', () => {
    bench.give([shape('a', box(0, 0, 50, 50))])
    bench.click(10, 10)

    const began = bench.editor.press({ x: 500, y: 500 }, HOW)

    expect(began).toBe('pan')
    expect(bench.told.at(-1)).toEqual(['select', null])
  })
})

describe('moving', () => {
  it('reports a drag once, when it ends', () => {
    bench.give([shape('a', box(100, 100, 50, 50))])

    bench.drag([
      [120, 120],
      [130, 125],
      [170, 140],
    ])

    expect(bench.said('change')).toEqual([['change', 'a', box(150, 120, 50, 50)]])
    expect(bench.said('preview').length).toBeGreaterThan(0)
  })

  it('does not move what is locked, nor for a shaky click', () => {
    bench.give([shape('a', box(100, 100, 50, 50), { locked: true }), shape('b', box(300, 300, 50, 50))])

    bench.drag([
      [120, 120],
      [170, 140],
    ])
    bench.drag([
      [320, 320],
      [321, 321],
    ])

    expect(bench.said('change')).toEqual([])
  })

  it('is given up by Esc', () => {
    bench.give([shape('a', box(100, 100, 50, 50))])
    bench.editor.press({ x: 120, y: 120 }, HOW)
    bench.editor.move({ x: 200, y: 200 }, HOW)

    expect(bench.editor.cancel(HOW)).toBe(true)
    bench.editor.release({ x: 200, y: 200 }, HOW)

    expect(bench.said('change')).toEqual([])
    expect(bench.editor.shown?.geometry).toEqual(box(100, 100, 50, 50))
  })

  it("falls on a neighbour's corner with Ctrl", () => {
    bench.give([shape('a', box(100, 100, 50, 50)), shape('b', box(300, 100, 50, 50))])

    bench.drag(
      [
        [120, 120],
        [200, 120],
        [266, 123],
      ],
      { ctrl: true },
    )

    expect(bench.said('change')).toEqual([['change', 'a', box(250, 100, 50, 50)]])
  })

  it('pans with a finger over what is not selected yet', () => {
    bench.give([shape('a', box(0, 0, 500, 500))])

    const began = bench.editor.press({ x: 100, y: 100 }, { ...HOW, isTouch: true })

    expect(began).toBe('pan')
  })
})

describe('reshaping', () => {
  const triangle = {
    points: [
      [100, 100],
      [300, 100],
      [200, 300],
    ],
    holes: [],
  }
  beforeEach(() => {
    bench.give([shape('p', triangle)])
    bench.editor.setActive('p')
  })

  it('drags a vertex', () => {
    bench.drag([
      [201, 301],
      [211, 321],
    ])

    expect(bench.said('change')).toEqual([
      [
        'change',
        'p',
        {
          points: [
            [100, 100],
            [300, 100],
            [210, 320],
          ],
          holes: [],
        },
      ],
    ])
  })

  it('inserts a vertex at the middle of an edge', () => {
    bench.drag([
      [200, 100],
      [200, 60],
    ])

    expect(bench.said('change')).toEqual([
      [
        'change',
        'p',
        {
          points: [
            [100, 100],
            [200, 60],
            [300, 100],
            [200, 300],
          ],
          holes: [],
        },
      ],
    ])
  })

  it('takes a vertex away with Alt, down to three', () => {
    bench.give([
      shape('p', {
        points: [
          [100, 100],
          [300, 100],
          [300, 300],
          [100, 300],
        ],
        holes: [],
      }),
    ])

    bench.click(300, 300, { alt: true })
    bench.click(300, 100, { alt: true })

    expect(bench.said('change')).toEqual([
      [
        'change',
        'p',
        {
          points: [
            [100, 100],
            [300, 100],
            [100, 300],
          ],
          holes: [],
        },
      ],
    ])
  })

  it('moves a whole edge with Shift', () => {
    bench.drag(
      [
        [150, 100],
        [150, 50],
      ],
      { shift: true },
    )

    expect(bench.said('change')).toEqual([
      [
        'change',
        'p',
        {
          points: [
            [100, 50],
            [300, 50],
            [200, 300],
          ],
          holes: [],
        },
      ],
    ])
  })
})

describe('drawing', () => {
  it('reports every fixed vertex, then nothing, then the polygon', () => {
    bench.editor.tool = 'polygon'
    bench.click(10, 10)
    bench.click(100, 10)
    bench.click(100, 90)
    bench.editor.move({ x: 300, y: 300 }, HOW)

    bench.editor.enter({ x: 0, y: 0 }, HOW)

    expect(bench.said('sketch').map(([, , g]) => (g ? (g as { points: unknown[] }).points.length : null))).toEqual([
      1,
      2,
      3,
      null,
    ])
    expect(bench.said('create')).toEqual([
      [
        'create',
        'polygon',
        {
          points: [
            [10, 10],
            [100, 10],
            [100, 90],
          ],
          holes: [],
        },
      ],
    ])
  })

  it('goes on with a drawing that was saved', () => {
    bench.editor.tool = 'polygon'
    bench.editor.resume({
      kind: 'polygon',
      id: 'sketch',
      points: [
        [10, 10],
        [100, 10],
      ],
      holes: [],
    })

    bench.click(100, 90)
    bench.editor.enter({ x: 0, y: 0 }, HOW)

    expect(bench.said('create')).toEqual([
      [
        'create',
        'polygon',
        {
          points: [
            [10, 10],
            [100, 10],
            [100, 90],
          ],
          holes: [],
        },
      ],
    ])
  })

  it('takes back the vertex of a finger that turned out to be one of two', () => {
    bench.editor.tool = 'polygon'
    bench.click(10, 10, { isTouch: true })
    bench.editor.press({ x: 200, y: 200 }, { ...HOW, isTouch: true })

    bench.editor.unpress()

    expect(bench.said('sketch').at(-1)).toEqual(['sketch', 'polygon', { points: [[10, 10]], holes: [] }])
  })

  it("sets a vertex on a neighbour's with Ctrl", () => {
    bench.give([shape('a', box(100, 100, 50, 50))])
    bench.editor.tool = 'polygon'

    bench.click(104, 97, { ctrl: true })

    expect(bench.said('sketch')).toEqual([['sketch', 'polygon', { points: [[100, 100]], holes: [] }]])
  })

  it('places a first shape by Enter alone, which the arrow keys then move and grow', () => {
    bench.editor.tool = 'box'

    bench.editor.enter({ x: 500, y: 400 }, HOW)
    bench.give([shape('a', box(440, 340, 120, 120))])
    bench.editor.setActive('a')
    bench.editor.nudge(10, 0, false)
    bench.editor.nudge(0, 1, true)
    bench.editor.settle()

    expect(bench.said('create')).toEqual([['create', 'box', box(440, 340, 120, 120)]])
    expect(bench.said('change')).toEqual([['change', 'a', box(450, 340, 120, 121)]])
  })
})

describe('the scene', () => {
  it('paints again only what changed', () => {
    const shapes = [shape('a', box(0, 0, 5, 5)), shape('b', box(9, 9, 5, 5)), shape('c', box(20, 20, 5, 5))]
    bench.give(shapes)

    const changes = bench.editor.setShapes(
      shapes.map((s) => (s.id === 'b' ? { ...s, geometry: box(1, 1, 1, 1) } : { ...s })),
    )

    expect([changes.whole, changes.gone.length, changes.fresh.length]).toEqual([false, 1, 1])
  })

  it('paints everything again when the order changes', () => {
    const shapes = [shape('a', box(0, 0, 5, 5)), shape('b', box(9, 9, 5, 5))]
    bench.give(shapes)

    expect(bench.editor.setShapes(shapes.toReversed()).whole).toBe(true)
  })

  it('finds a moved object at its new place only', () => {
    bench.give([shape('a', box(0, 0, 50, 50))])
    expect(bench.editor.scene.at({ x: 10, y: 10 }, 1)).toHaveLength(1)

    bench.give([shape('a', box(600, 600, 50, 50))])

    expect(bench.editor.scene.at({ x: 10, y: 10 }, 1)).toHaveLength(0)
    expect(bench.editor.scene.at({ x: 610, y: 610 }, 1)).toHaveLength(1)
  })
})
