/** Seeded random numbers and shapes, so that a failing case comes back. */
import type { Bounds, Point, XY } from '../geometry'

/** Numbers in [0, 1) by a linear congruential generator (Park and Miller 1988). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => (state = (state * 16807) % 2147483647) / 2147483647
}

export const pointIn = (random: () => number, w: number, h: number): Point => ({ x: random() * w, y: random() * h })

export function boundsIn(random: () => number, w: number, h: number, largest: number): Bounds {
  return { x: random() * w, y: random() * h, w: random() * largest, h: random() * largest }
}

/** A star-shaped outline around `centre`. */
export function outlineAround(random: () => number, centre: Point, radius: number, vertices: number): XY[] {
  return Array.from({ length: vertices }, (_, i): XY => {
    const r = radius * (0.7 + 0.3 * random()),
      angle = (2 * Math.PI * i) / vertices
    return [centre.x + r * Math.cos(angle), centre.y + r * Math.sin(angle)]
  })
}
