import { describe, expect, it } from 'vitest'
import { distance, type XY } from '../geometry'
import { snap, snapShift } from '../edit/snapping'
import { outlineAround, pointIn, seeded } from './random'

const SQUARE: XY[] = [
  [0, 0],
  [100, 0],
  [100, 100],
  [0, 100],
]

describe('snapping', () => {
  it('prefers a corner to an edge that is nearer', () => {
    expect(snap({ x: 4, y: 1 }, [[SQUARE]], 8)).toEqual({ at: { x: 0, y: 0 }, to: 'vertex' })
  })

  it('takes the edge where no corner is near', () => {
    expect(snap({ x: 50, y: 3 }, [[SQUARE]], 8)).toEqual({ at: { x: 50, y: 0 }, to: 'edge' })
  })

  it('leaves a point alone that is near nothing', () => {
    expect(snap({ x: 50, y: 50 }, [[SQUARE]], 8)).toBeNull()
  })

  it('never moves a point farther than its reach', () => {
    const random = seeded(3)
    for (let i = 0; i < 200; i++) {
      const neighbours = [1, 2, 3].map(() => [outlineAround(random, pointIn(random, 200, 200), 40, 12)])
      const at = pointIn(random, 200, 200),
        reach = random() * 20

      const found = snap(at, neighbours, reach)

      if (found) expect(distance(found.at, at)).toBeLessThanOrEqual(reach + 1e-9)
    }
  })

  it('shifts a moved outline so that its nearest corner meets the neighbour', () => {
    const moved: XY[] = [
      [103, 2],
      [150, 2],
      [150, 50],
      [103, 50],
    ]

    expect(snapShift([moved], [[SQUARE]], 8)).toEqual({ by: { x: -3, y: -2 }, at: { x: 100, y: 0 } })
    expect(snapShift([moved], [[SQUARE]], 2)).toBeNull()
  })
})
