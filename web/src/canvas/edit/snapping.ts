/** Snapping: to the nearest vertex of a neighbour, else to the nearest point of its edges. Pure. */
import { distance, nearestEdge, type Point, type Ring } from '../geometry'

export interface Snap {
  readonly at: Point
  readonly to: 'vertex' | 'edge'
}

/** Null when nothing lies within `reach`. */
export function snap(point: Point, neighbours: readonly (readonly Ring[])[], reach: number): Snap | null {
  const vertex = nearestVertex(point, neighbours)
  if (vertex && distance(vertex, point) <= reach) return { at: vertex, to: 'vertex' }
  let best: { at: Point; distance: number } | null = null
  for (const rings of neighbours) {
    const edge = nearestEdge(rings, point)
    if (edge && edge.distance <= (best?.distance ?? reach)) best = edge
  }
  return best && { at: best.at, to: 'edge' }
}

/** How far a moved outline must still go for one of its vertices to fall on a neighbour's; null when none is near. */
export function snapShift(
  moved: readonly Ring[],
  neighbours: readonly (readonly Ring[])[],
  reach: number,
): { by: Point; at: Point } | null {
  let best: { by: Point; at: Point } | null = null
  let least = reach
  for (const [x, y] of moved.flat()) {
    const at = nearestVertex({ x, y }, neighbours)
    const d = at ? distance(at, { x, y }) : Infinity
    if (at && d <= least) {
      least = d
      best = { by: { x: at.x - x, y: at.y - y }, at }
    }
  }
  return best
}

function nearestVertex(point: Point, neighbours: readonly (readonly Ring[])[]): Point | null {
  let best: Point | null = null
  let least = Infinity
  for (const rings of neighbours)
    for (const ring of rings)
      for (const [x, y] of ring) {
        const d = Math.hypot(x - point.x, y - point.y)
        if (d < least) {
          least = d
          best = { x, y }
        }
      }
  return best
}
