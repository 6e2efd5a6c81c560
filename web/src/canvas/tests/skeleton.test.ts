import { describe, expect, it } from 'vitest'
import type { Frame, Point } from '../geometry'
import { outlineOf } from '../layers/outline'
import { BLANK, BODY, drawnTool, type DrawInput, type Drawing, type DrawnTool, type Settings } from '../tool'

const FRAME: Frame = { width_px: 800, height_px: 600 }
const SETTINGS: Settings = {
  points: [
    { name: 'nose', x_share: 0.5, y_share: 0 },
    { name: 'left hand', x_share: 1, y_share: 1 },
    { name: 'right hand', x_share: 0, y_share: 1 },
  ],
  edges: [
    ['nose', 'left hand'],
    ['nose', 'right hand'],
  ],
  swaps: [['left hand', 'right hand']],
}
const tool = drawnTool('skeleton') as DrawnTool
const GRIP = { part: 'vertex', ring: 0, index: 1 } as const

const input = (type: DrawInput['type'], x = 0, y = 0, shift = false): DrawInput => ({
  type,
  at: { x, y },
  scale: 1,
  shift,
  option: false,
  settings: SETTINGS,
})
const click = (x: number, y: number, shift = false) => (['move', 'down', 'up'] as const).map((t) => input(t, x, y, shift))
const drawn = (...inputs: DrawInput[]) =>
  inputs.reduce<Drawing>((now, next) => (now.phase === 'open' ? tool.draw(now, next) : now), BLANK)
const whole = {
  points: [
    [100, 100, 2],
    [150, 200, 2],
    [50, 200, 1],
  ],
}

describe('drawing a skeleton', () => {
  it('asks for the points of the template by name, and ends with the last; Shift hides one', () => {
    const two = drawn(...click(100, 100), ...click(150, 200))

    expect(two).toMatchObject({ phase: 'open', asks: expect.stringContaining('right hand') as string })
    expect(drawn(...click(100, 100), ...click(150, 200), ...click(50, 200, true))).toEqual({
      phase: 'done',
      geometry: whole,
    })
  })

  it('lays the whole template into a dragged box', () => {
    const done = drawn(input('down', 10, 20), input('move', 60, 80), input('up', 110, 220))

    expect(done).toMatchObject({
      geometry: {
        points: [
          [60, 20, 2],
          [110, 220, 2],
          [10, 220, 2],
        ],
      },
    })
  })

  it('leaves out what is not there, with a place where it can be taken hold of', () => {
    const done = drawn(...click(100, 100), input('mark'), ...click(50, 200))
    const early = drawn(...click(100, 100), ...click(150, 200), input('enter'))

    expect(done).toMatchObject({ geometry: { points: [[100, 100, 2], [150, 200, 0], [50, 200, 2]] } })
    expect(early).toMatchObject({ geometry: { points: [[100, 100, 2], [150, 200, 2], [50, 200, 0]] } })
    expect(drawn(...click(100, 100), input('back'))).toEqual({ phase: 'dropped' })
  })
})

describe('a skeleton', () => {
  it('has a point hidden, not there and seen again, and keeps its last one', () => {
    const states = [1, 2, 3].reduce<Record<string, unknown>[]>(
      (all) => [...all, tool.mark?.(all.at(-1) ?? whole, GRIP) ?? {}],
      [whole],
    )

    expect(states.map(({ points }) => (points as number[][])[1]?.[2])).toEqual([2, 1, 0, 2])
    expect(tool.mark?.({ points: [[1, 1, 1]] }, { ...GRIP, index: 0 })).toEqual({ points: [[1, 1, 2]] })
  })

  it('exchanges its sides, and is moved and stretched inside the picture', () => {
    expect(tool.swap?.(whole, SETTINGS)).toEqual({ points: [[100, 100, 2], [50, 200, 1], [150, 200, 2]] })
    expect(tool.reshape(whole, BODY, { x: 0, y: 0 }, { x: -500, y: 10 }, FRAME)).toEqual({
      points: [[50, 110, 2], [100, 210, 2], [0, 210, 1]],
    })
    expect(tool.grow?.(whole, 100, 0, FRAME)).toEqual({ points: [[150, 100, 2], [250, 200, 2], [50, 200, 1]] })
  })

  it('is drawn by its ties and the points that are there', () => {
    const outline = outlineOf({ kind: 'skeleton', geometry: { points: [...whole.points.slice(0, 2), [9, 9, 0]] }, settings: SETTINGS })

    expect(outline?.lines).toEqual([[[100, 100], [150, 200]]])
    expect(outline?.dots.map(({ at }: { at: Point }) => at)).toEqual([{ x: 100, y: 100 }, { x: 150, y: 200 }])
    expect(outline?.bounds).toEqual({ x: 100, y: 100, w: 50, h: 100 })
  })
})
