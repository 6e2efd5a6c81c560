/** Where a line between two objects begins and ends. Pure. */
import { boundsOf, centreOf, type Bounds, type Point } from '../geometry'
import type { Shape } from '../scene'
import { bordersOf, drawnTool } from '../tool'

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

/** The box around all that is drawn of a shape; nothing for a kind that is not drawn. */
export function placeOf({ kind, geometry, settings }: Shape): Bounds {
  const tool = drawnTool(kind)
  return tool ? boundsOf(bordersOf(tool, geometry, settings).flat()) : { x: 0, y: 0, w: 0, h: 0 }
}
