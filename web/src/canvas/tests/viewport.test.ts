import { describe, expect, it } from 'vitest'
import { MAX_SCALE, MIN_SCALE, fit, kept, pinch, seen, show, toImage, toScreen, zoomAt, type View } from '../viewport'
import { contains } from '../geometry'
import { pointIn, seeded } from './random'

const random = seeded(11)
const anyView = (): View => ({ scale: 0.05 + random() * 10, x: random() * 2000 - 1000, y: random() * 2000 - 1000 })

describe('viewport', () => {
  it('goes from the screen to the image and back', () => {
    for (let i = 0; i < 200; i++) {
      const view = anyView(),
        at = pointIn(random, 4000, 3000)

      const back = toImage(view, toScreen(view, at))

      expect(back.x).toBeCloseTo(at.x, 6)
      expect(back.y).toBeCloseTo(at.y, 6)
    }
  })

  it('keeps the image point under the cursor when it zooms, also at the limits', () => {
    for (let i = 0; i < 200; i++) {
      const view = anyView(),
        at = pointIn(random, 1440, 900)
      const before = toImage(view, at)

      const next = zoomAt(view, at, Math.exp(random() * 20 - 10))

      expect(toImage(next, at).x).toBeCloseTo(before.x, 4)
      expect(toImage(next, at).y).toBeCloseTo(before.y, 4)
      expect(next.scale).toBeLessThanOrEqual(MAX_SCALE)
      expect(next.scale).toBeGreaterThanOrEqual(MIN_SCALE)
    }
  })

  it('keeps what lies under two fingers between them', () => {
    const view = { scale: 1, x: 0, y: 0 }

    const next = pinch(view, { x: 100, y: 100 }, { x: 200, y: 100 }, { x: 50, y: 120 }, { x: 250, y: 120 })

    expect(next.scale).toBeCloseTo(2)
    expect(toScreen(next, { x: 150, y: 100 })).toEqual({ x: 150, y: 120 })
  })

  it('fits the whole image into the window', () => {
    const size = { w: 1096, h: 824 }

    const view = fit(4000, 3000, size)

    expect(contains(seen(view, size), { x: 0, y: 0, w: 4000, h: 3000 })).toBe(true)
  })

  it('shows an object in the middle and no larger than asked', () => {
    const view = show({ x: 100, y: 200, w: 10, h: 10 }, { w: 800, h: 600 }, 100, 8)

    expect(view.scale).toBe(8)
    expect(toScreen(view, { x: 105, y: 205 })).toEqual({ x: 400, y: 300 })
  })

  it('never loses the picture', () => {
    const size = { w: 800, h: 600 }
    for (let i = 0; i < 100; i++) {
      const view = kept({ ...anyView(), x: random() * 1e6 - 5e5, y: random() * 1e6 - 5e5 }, 400, 300, size)

      expect(view.x).toBeLessThanOrEqual(size.w - 48)
      expect(view.x + 400 * view.scale).toBeGreaterThanOrEqual(Math.min(48, 400 * view.scale))
    }
  })
})
