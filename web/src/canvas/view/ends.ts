/** Where a line between two objects begins and ends. Pure. */
import { centreOf, type Bounds, type Point } from '../geometry'

/** The border of the box on the way from its middle to a point; the middle where the point lies inside. */
export function edgeOf(box: Bounds, toward: Point): Point {
  const from = centreOf(box)
  const [dx, dy] = [toward.x - from.x, toward.y - from.y]
  const share = Math.min(
    dx ? box.w / 2 / Math.abs(dx) : Infinity,
    dy ? box.h / 2 / Math.abs(dy) : Infinity,
  )
  return share >= 1 ? from : { x: from.x + dx * share, y: from.y + dy * share }
}
