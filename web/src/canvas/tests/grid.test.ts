import { describe, expect, it } from 'vitest'
import { touches, type Bounds } from '../geometry'
import { GridIndex } from '../layers/grid'
import { boundsIn, seeded } from './random'

const sorted = (found: number[]) => found.sort((a, b) => a - b)

describe('grid index', () => {
  it('answers like a full search while items come, move and go', () => {
    const random = seeded(7),
      index = new GridIndex<number>(64),
      all = new Map<number, Bounds>()
    for (let step = 0; step < 2000; step++) {
      const id = Math.floor(random() * 300),
        at = boundsIn(random, 2000, 2000, random() < 0.02 ? 4000 : 90)
      if (random() < 0.25) {
        index.remove(id)
        all.delete(id)
      } else {
        index.put(id, at)
        all.set(id, at)
      }
      if (step % 10) continue
      const area = boundsIn(random, 2200, 2200, random() < 0.1 ? 3000 : 60)

      const found = sorted(index.within(area))

      expect(found).toEqual(sorted([...all].filter(([, b]) => touches(b, area)).map(([key]) => key)))
      expect(index.size).toBe(all.size)
    }
  })

  it('holds items left of and above the origin', () => {
    const index = new GridIndex<string>()

    index.put('far', { x: -900, y: -900, w: 10, h: 10 })

    expect(index.within({ x: -895, y: -895, w: 1, h: 1 })).toEqual(['far'])
  })
})
