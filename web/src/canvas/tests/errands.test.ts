import { beforeEach, describe, expect, it } from 'vitest'
import { Bench, HOW, shape } from './bench'

const SQUARE = {
  points: [
    [100, 100],
    [300, 100],
    [300, 300],
    [100, 300],
  ],
  holes: [],
}
let bench: Bench
beforeEach(() => {
  bench = new Bench()
  bench.editor.frame = { width_px: 1000, height_px: 800 }
  bench.give([shape('p', SQUARE), shape('q', { ...SQUARE, points: SQUARE.points.map(([x = 0, y]) => [x + 150, y]) })])
  bench.editor.setActive('p')
})

describe('a new border', () => {
  const begin = () => bench.click(300, 100, { shift: true })

  it('goes from one vertex over the points clicked to another, as one change', () => {
    begin()
    bench.click(340, 150)
    bench.click(340, 250)
    bench.click(302, 299)

    expect(bench.said('change')).toEqual([
      [
        'change',
        'p',
        {
          points: [
            [300, 100],
            [340, 150],
            [340, 250],
            [300, 300],
            [100, 300],
            [100, 100],
          ],
          holes: [],
        },
      ],
    ])
    expect(bench.asked).toBe('')
  })

  it('takes the place of the shorter border, whichever way it is drawn', () => {
    bench.click(100, 300, { shift: true })
    bench.click(50, 200)
    bench.click(100, 100)

    expect(bench.said('change')).toEqual([
      [
        'change',
        'p',
        {
          points: [
            [100, 300],
            [50, 200],
            [100, 100],
            [300, 100],
            [300, 300],
          ],
          holes: [],
        },
      ],
    ])
  })

  it('is taken back point by point, and left by Esc without a trace', () => {
    begin()
    bench.click(340, 150)

    expect(bench.editor.back(HOW)).toBe(true)
    expect(bench.editor.errands.now).toMatchObject({ path: [[300, 100]] })
    expect(bench.editor.cancel(HOW)).toBe(true)
    expect(bench.editor.cancel(HOW)).toBe(false)
    expect(bench.said('change')).toEqual([])
    expect(bench.asked).toBe('')
  })

  it('is over when the object changes under it or is let go of', () => {
    begin()
    bench.give(bench.shapes.map((one) => ({ ...one, geometry: { ...one.geometry } })))
    expect(bench.editor.errands.now).toBeNull()

    begin()
    bench.editor.setActive(null)
    expect(bench.editor.errands.now).toBeNull()
  })

  it('does not come in the way of moving an edge with Shift', () => {
    bench.drag(
      [
        [200, 100],
        [200, 80],
      ],
      { shift: true },
    )

    expect(bench.said('change')).toMatchObject([
      [
        'change',
        'p',
        {
          points: [
            [100, 80],
            [300, 80],
            [300, 300],
            [100, 300],
          ],
        },
      ],
    ])
  })
})

describe('a cut', () => {
  it('goes along a line that Enter ends', () => {
    bench.editor.begin('cut')
    bench.click(200, 50)
    bench.click(200, 350)
    bench.editor.enter({ x: 0, y: 0 }, HOW)

    expect(bench.said('cut')).toEqual([
      [
        'cut',
        'p',
        [
          [200, 50],
          [200, 350],
        ],
        false,
      ],
    ])
    expect([bench.editor.errands.now, bench.asked]).toEqual([null, ''])
  })

  it('takes out an area that a click on its first point closes', () => {
    bench.editor.begin('cut')
    for (const [x, y] of [
      [200, 50],
      [400, 50],
      [400, 200],
      [201, 51],
    ] as const)
      bench.click(x, y)

    expect(bench.said('cut')).toEqual([
      [
        'cut',
        'p',
        [
          [200, 50],
          [400, 50],
          [400, 200],
        ],
        true,
      ],
    ])
  })

  it('says why it cannot be, and keeps its points', () => {
    bench.problem = 'The line does not divide the object.'
    bench.editor.begin('cut')
    bench.click(20, 50)
    bench.click(30, 50)

    bench.editor.double({ x: 30, y: 50 }, HOW)

    expect(bench.asked).toMatch(/^The line does not divide the object\. Cut:/)
    expect(bench.editor.errands.now).toMatchObject({
      path: [
        [20, 50],
        [30, 50],
      ],
    })
  })

  it('asks for an object where none is selected, or where it cannot be cut', () => {
    bench.editor.setActive(null)
    expect(bench.editor.begin('cut')).toBe(false)
    expect(bench.asked).toMatch(/^Select the object first/)

    bench.give([shape('b', { x_px: 1, y_px: 1, width_px: 9, height_px: 9 })])
    bench.editor.setActive('b')
    expect(bench.editor.begin('join')).toBe(false)
    expect(bench.asked).toMatch(/^Objects of this kind stay whole/)

    bench.give([shape('p', SQUARE, { locked: true })])
    bench.editor.setActive('p')
    expect(bench.editor.begin('cut')).toBe(false)
    expect(bench.asked).toBe('The object is locked.')
  })

  it('takes back the point of a finger that turned out to be one of two', () => {
    bench.editor.begin('cut')
    bench.click(200, 50, { isTouch: true })
    bench.editor.press({ x: 300, y: 50 }, { ...HOW, isTouch: true })

    bench.editor.unpress()

    expect(bench.editor.errands.now).toMatchObject({ path: [[200, 50]] })
  })
})

describe('a join', () => {
  it('takes the object clicked next', () => {
    bench.editor.begin('join')
    bench.click(280, 200)

    expect(bench.said('join')).toEqual([['join', 'p', 'q']])
    expect(bench.said('select')).toEqual([])
    expect(bench.editor.errands.now).toBeNull()
  })

  it('or the one that is selected when Enter is pressed', () => {
    bench.editor.begin('join')
    bench.editor.setActive('q')
    bench.editor.enter({ x: 0, y: 0 }, HOW)

    expect(bench.said('join')).toEqual([['join', 'p', 'q']])
  })

  it('waits on after an object that it cannot take, and on empty ground', () => {
    bench.problem = 'The two do not touch.'
    bench.editor.begin('join')
    bench.click(700, 700)
    bench.click(440, 200)

    expect(bench.asked).toMatch(/^The two do not touch\. Join:/)
    expect(bench.editor.errands.now).toEqual({ sort: 'join', id: 'p' })
  })
})
