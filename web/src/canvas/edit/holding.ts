/** What the pointer would take hold of. Pure. */
import { distance, nearestEdge, type Point } from '../geometry'
import type { Entry, Scene } from '../scene'
import { BODY, NO_SETTINGS, drawnTool, type Geometry, type Grip, type Handle } from '../tool'

const SLACK = 7,
  TOUCH_SLACK = 16 // screen pixels

/** A part of an object, and the point of it that follows the pointer. */
export interface Hold {
  readonly entry: Entry
  readonly grip: Grip
  readonly at: Point
  readonly cursor: string
  readonly handle?: Handle // where the grip is one
}

export interface Reach {
  readonly scale: number
  readonly isTouch: boolean
  readonly wantsEdge: boolean
}
export const slackOf = ({ scale, isTouch }: Reach) => (isTouch ? TOUCH_SLACK : SLACK) / scale

/** A handle of the selected object; with `wantsEdge` also any place of its border. */
export function handleAt(active: Entry | null, geometry: Geometry | null, point: Point, reach: Reach): Hold | null {
  const tool = active && drawnTool(active.shape.kind)
  if (!tool || active.shape.locked) return null
  const shape = geometry ?? active.shape.geometry
  const slack = slackOf(reach)
  if (reach.wantsEdge) {
    const edge = nearestEdge(tool.rings(shape), point)
    if (edge && edge.distance <= slack)
      return { entry: active, grip: { part: 'edge', ring: edge.ring, index: edge.index }, at: point, cursor: 'move' }
  }
  const handle = nearest(tool.handles(shape, reach.scale, active.shape.settings ?? NO_SETTINGS), point, slack)
  return handle && { entry: active, grip: handle, at: handle.at, cursor: handle.cursor, handle }
}

/** The selected object when the point lies on it, else the smallest one there. */
export function bodyAt(scene: Scene, active: Entry | null, point: Point, reach: Reach): Hold | null {
  const under = scene.at(point, slackOf(reach))
  const entry = under.find((e) => e === active) ?? under[0]
  return entry ? { entry, grip: BODY, at: point, cursor: entry.shape.locked ? 'default' : 'move' } : null
}

/** A vertex before a midpoint, the nearer one before the other. */
function nearest(handles: readonly Handle[], point: Point, slack: number): Handle | null {
  let best: Handle | null = null
  let least = slack
  for (const handle of handles) {
    const d = distance(handle.at, point) + (handle.part === 'middle' ? slack / 4 : 0)
    if (d <= least) {
      least = d
      best = handle
    }
  }
  return best
}
