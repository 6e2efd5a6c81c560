import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { boundsOf, centreOf, type Frame, type Point } from '../geometry'
import {
  BLANK,
  BODY,
  NO_SETTINGS,
  bordersOf,
  isDrawn,
  repeatGeometry,
  tools,
  type DrawInput,
  type DrawnTool,
  type Drawing,
  type Geometry,
  type Grip,
} from '../tool'
import { pointIn, seeded } from './random'

const FRAME: Frame = { width_px: 4000, height_px: 3000 }
const drawn = [...tools.values()].filter(isDrawn)

function examples(kind: string): Geometry[] {
  const path = new URL(`../../../../src/goldsmith/kinds/${kind}/examples.json`, import.meta.url)
  return JSON.parse(readFileSync(path, 'utf8')) as Geometry[]
}

const REACH_OUT = new Set(['rotated_box', 'ellipse', 'cuboid2d']) // their middle stays inside

/** Inside the picture to a hundredth of a pixel, as the server asks. */
function expectInside(tool: DrawnTool, geometry: Geometry) {
  const whole = boundsOf(bordersOf(tool, geometry).flat())
  expect(tool.rings(geometry).length ? whole.w * whole.h : 1).toBeGreaterThan(0)
  const { x, y, w, h } = REACH_OUT.has(tool.kind) ? { ...centreOf(whole), w: 0, h: 0 } : whole
  expect(x).toBeGreaterThanOrEqual(-0.01)
  expect(y).toBeGreaterThanOrEqual(-0.01)
  expect(x + w).toBeLessThanOrEqual(FRAME.width_px + 0.01)
  expect(y + h).toBeLessThanOrEqual(FRAME.height_px + 0.01)
}

const input = (type: DrawInput['type'], x: number, y: number, shift = false): DrawInput => ({
  type,
  at: { x, y },
  scale: 1,
  shift,
  option: false,
  settings: NO_SETTINGS,
})
const toolOf = (kind: string) => drawn.find((t) => t.kind === kind) as DrawnTool
function drawAll(tool: DrawnTool, inputs: DrawInput[]): Drawing {
  return inputs.reduce<Drawing>(
    (drawing, next) => (drawing.phase === 'open' ? tool.draw(drawing, next) : drawing),
    BLANK,
  )
}

describe.each(drawn.map((tool) => [tool.kind, tool] as const))('%s', (kind, tool) => {
  it('stays inside the picture and keeps an area whatever is dragged where', () => {
    const random = seeded(17)
    for (const example of examples(kind))
      for (let i = 0; i < 60; i++) {
        const grips: Grip[] = [BODY, ...tool.handles(example, 1, NO_SETTINGS)]
        const grip = grips[Math.floor(random() * grips.length)] ?? BODY
        const from = pointIn(random, 4000, 3000),
          to: Point = { x: random() * 9000 - 2500, y: random() * 9000 - 2500 }

        expectInside(tool, tool.reshape(example, grip, from, to, FRAME))
      }
  })

  it('stays where it is when nothing moved', () => {
    for (const example of examples(kind))
      for (const handle of [{ ...BODY, at: { x: 5, y: 5 } }, ...tool.handles(example, 1, NO_SETTINGS)]) {
        if (handle.part === 'middle') continue

        const same = tool.reshape(example, handle, handle.at, handle.at, FRAME)

        const [before, after] = [example, same].map((one) => bordersOf(tool, one).flat())
        after?.forEach(([x, y], i) => {
          expect(x).toBeCloseTo(before?.[i]?.[0] ?? NaN, 0)
          expect(y).toBeCloseTo(before?.[i]?.[1] ?? NaN, 0)
        })
      }
  })

  it('is placed and repeated inside the picture, even at its corner', () => {
    for (const at of [
      { x: 0, y: 0 },
      { x: 4000, y: 3000 },
      { x: 2000, y: 10 },
    ]) {
      const placed = tool.place(at, 120, FRAME, NO_SETTINGS)

      expectInside(tool, placed)
      expectInside(tool, repeatGeometry(kind, placed, { x: 3999, y: 1 }, FRAME) ?? {})
    }
  })

  it("answers with the kind's own fields only", () => {
    for (const example of examples(kind))
      expect(Object.keys(tool.reshape(example, BODY, { x: 0, y: 0 }, { x: 1, y: 1 }, FRAME))).not.toContain('label')
  })
})

describe('drawing a box', () => {
  const box = toolOf('box')
  const wanted = { phase: 'done', geometry: { x_px: 10, y_px: 20, width_px: 90, height_px: 40 } }

  it('is a drag', () => {
    expect(drawAll(box, [input('down', 100, 60), input('move', 50, 30), input('up', 10, 20)])).toEqual(wanted)
  })

  it('or two clicks', () => {
    const clicks = [
      input('down', 10, 20),
      input('up', 10, 20),
      input('move', 60, 40),
      input('down', 100, 60),
      input('up', 100, 60),
    ]

    expect(drawAll(box, clicks)).toEqual(wanted)
  })

  it('makes a square with Shift', () => {
    expect(drawAll(box, [input('down', 10, 10), input('up', 100, 40, true)])).toMatchObject({
      geometry: { width_px: 30, height_px: 30 },
    })
  })

  it('changes sides when a corner is dragged over the other', () => {
    const next = box.reshape(
      { x_px: 10, y_px: 10, width_px: 20, height_px: 20 },
      { part: 'vertex', ring: 0, index: 0 },
      { x: 10, y: 10 },
      { x: 50, y: 60 },
      FRAME,
    )

    expect(next).toEqual({ x_px: 30, y_px: 30, width_px: 20, height_px: 30 })
  })

  it('moves one side alone by its handle', () => {
    const next = box.reshape(
      { x_px: 10, y_px: 10, width_px: 20, height_px: 20 },
      { part: 'edge', ring: 0, index: 1 },
      { x: 30, y: 20 },
      { x: 45, y: 99 },
      FRAME,
    )

    expect(next).toEqual({ x_px: 10, y_px: 10, width_px: 35, height_px: 20 })
  })
})

describe('drawing a box by its extreme points', () => {
  const box = toolOf('box')
  const clicks = (...points: [number, number][]) =>
    points.flatMap(([x, y]) =>
      (['move', 'down', 'up'] as const).map((type) => ({ ...input(type, x, y), option: true })),
    )
  const [top, left, bottom, right] = [
    [60, 10],
    [5, 40],
    [50, 90],
    [105, 30],
  ] as [number, number][] as [[number, number], [number, number], [number, number], [number, number]]
  const wanted = { phase: 'done', geometry: { x_px: 5, y_px: 10, width_px: 100, height_px: 80 } }

  it.each([
    ['top, left, bottom, right', [top, left, bottom, right]],
    ['right, top, bottom, left', [right, top, bottom, left]],
  ])('takes them in any order: %s', (_, points) => {
    expect(drawAll(box, clicks(...points))).toEqual(wanted)
  })

  it('keeps what is set as a sketch, and goes on with it even where the option is off', () => {
    const two = drawAll(box, clicks(top, left))
    const sketch = two.phase === 'open' ? two.sketch : null
    const begun: Drawing = { ...BLANK, sketch, shown: sketch }
    const plain = clicks(bottom, right).map((one) => ({ ...one, option: false }))

    const done = plain.reduce<Drawing>((now, next) => (now.phase === 'open' ? box.draw(now, next) : now), begun)

    expect(sketch).toEqual({ points: [top, left] })
    expect(done).toEqual(wanted)
  })

  it.each(['back', 'cancel'] as const)('%s takes the last point away, and the drawing with the first', (type) => {
    const one = drawAll(box, [...clicks(top, left), input(type, 0, 0)])
    const none = drawAll(box, [...clicks(top, left), input(type, 0, 0), input(type, 0, 0)])

    expect(one).toMatchObject({ sketch: { points: [top] } })
    expect(none).toEqual({ phase: 'dropped' })
  })

  it('counts a double click once, and asks again for a point that would leave no area', () => {
    const open = drawAll(box, clicks(top, top, [60, 50], [60, 70], [60, 90]))

    expect(open).toMatchObject({ phase: 'open', sketch: { points: [top, [60, 50], [60, 70]] } })
    expect(drawAll(box, [...clicks(top, left), { ...input('enter', 0, 0), option: true }])).toMatchObject({
      geometry: { x_px: 5, y_px: 10, width_px: 55, height_px: 30 },
    })
  })
})

describe('drawing a polygon', () => {
  const polygon = toolOf('polygon')
  const clicks = (...points: [number, number][]) =>
    points.flatMap(([x, y]) => [input('move', x, y), input('down', x, y), input('up', x, y)])
  const triangle = clicks([10, 10], [100, 10], [100, 90])
  const wanted = {
    phase: 'done',
    geometry: {
      points: [
        [10, 10],
        [100, 10],
        [100, 90],
      ],
      holes: [],
    },
  }

  it.each([
    ['Enter', [input('enter', 5, 5)]],
    ['a click on the first vertex', clicks([13, 12])],
    ['a double click', [...clicks([100, 90]), input('double', 100, 90)]],
  ])('is closed by %s', (_, end) => {
    expect(drawAll(polygon, [...triangle, ...end])).toEqual(wanted)
  })

  it('gives up its last vertex for Backspace, and the drawing with the first', () => {
    const two = drawAll(polygon, [...triangle, input('back', 5, 5)])
    const none = drawAll(polygon, [...triangle, input('back', 5, 5), input('back', 5, 5), input('back', 5, 5)])

    expect(two).toMatchObject({
      sketch: {
        points: [
          [10, 10],
          [100, 10],
        ],
      },
    })
    expect(none).toEqual({ phase: 'dropped' })
  })

  it('does not close without an area', () => {
    expect(drawAll(polygon, [...clicks([0, 0], [50, 50], [100, 100]), input('enter', 5, 5)]).phase).toBe('open')
  })

  it('gains a vertex where the middle of an edge is dragged', () => {
    const next = polygon.reshape(
      {
        points: [
          [0, 0],
          [100, 0],
          [50, 80],
        ],
      },
      { part: 'middle', ring: 0, index: 2 },
      { x: 25, y: 40 },
      { x: 10, y: 50 },
      FRAME,
    )

    expect(next).toEqual({
      points: [
        [0, 0],
        [100, 0],
        [50, 80],
        [10, 50],
      ],
      holes: [],
    })
  })

  it('keeps three vertices; a hole that would have two goes', () => {
    const holed = {
      points: [
        [0, 0],
        [90, 0],
        [0, 90],
      ],
      holes: [
        [
          [10, 10],
          [20, 10],
          [10, 20],
        ],
      ],
    }

    expect(polygon.without?.(holed, { part: 'vertex', ring: 0, index: 1 })).toBeNull()
    expect(polygon.without?.(holed, { part: 'vertex', ring: 1, index: 1 })).toEqual({ points: holed.points, holes: [] })
  })
})
