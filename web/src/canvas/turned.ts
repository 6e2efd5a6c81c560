/** Rectangles that are turned about their middle, and what is drawn in them. Pure. */
import { clamp, distance, inFrame, round, type Frame, type Point, type XY } from './geometry'
import type { Geometry, Grip, Handle } from './tool'

/** Sides are those before the turn; the angle is clockwise, 0 to 360. */
export interface Turned {
  readonly centre_x_px: number
  readonly centre_y_px: number
  readonly width_px: number
  readonly height_px: number
  readonly angle_deg: number
}

const STEM = 28 // screen pixels from the top side to the handle that turns
const CURSORS = ['ns-resize', 'nesw-resize', 'ew-resize', 'nwse-resize'] as const // each an eighth further, clockwise

/** An angle that is left out is none. */
export function readTurned(geometry: Geometry): Turned {
  const { angle_deg = 0, ...rest } = geometry as unknown as Partial<Turned>
  return { ...(rest as Omit<Turned, 'angle_deg'>), angle_deg }
}
const centreOf = (t: Turned): Point => ({ x: t.centre_x_px, y: t.centre_y_px })

/** In degrees, 0 to 360. */
const wrapped = (degrees: number) => round(((degrees % 360) + 360) % 360) % 360
export const angleTo = (from: Point, to: Point) => (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI

/** Where a point lies that is given from the middle, before the turn. */
export function placedAt(t: Turned, u: number, v: number): XY {
  const a = (t.angle_deg * Math.PI) / 180
  return [
    t.centre_x_px + u * Math.cos(a) - v * Math.sin(a),
    t.centre_y_px + u * Math.sin(a) + v * Math.cos(a),
  ]
}

/** Clockwise from what was the top left one before the turn. */
export function cornersOf(t: Turned): XY[] {
  const w = t.width_px / 2,
    h = t.height_px / 2
  return [placedAt(t, -w, -h), placedAt(t, w, -h), placedAt(t, w, h), placedAt(t, -w, h)]
}

/** As data keeps it, its middle inside the picture. */
export function kept(t: Turned, frame: Frame): Geometry {
  const { x, y } = inFrame(centreOf(t), frame)
  const value: Turned = {
    centre_x_px: round(x),
    centre_y_px: round(y),
    width_px: round(Math.max(1, t.width_px)),
    height_px: round(Math.max(1, t.height_px)),
    angle_deg: wrapped(t.angle_deg),
  }
  return { ...value }
}

/** Which way the sides that a grip holds lie from the middle: [across, down], each -1, 0 or 1. */
const SIDES = [
  [0, -1],
  [1, 0],
  [0, 1],
  [-1, 0],
] as const
const CORNERS = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
] as const

const handleOn = (t: Turned, part: 'vertex' | 'edge', index: number, [sx, sy]: readonly [number, number]): Handle => {
  const [x, y] = placedAt(t, (sx * t.width_px) / 2, (sy * t.height_px) / 2)
  const eighths = Math.round((t.angle_deg + (part === 'edge' ? index : index - 0.5) * 90) / 45)
  return { part, ring: 0, index, at: { x, y }, cursor: CURSORS[((eighths % 4) + 4) % 4] ?? 'move' }
}

export const cornerHandles = (t: Turned): Handle[] => CORNERS.map((way, i) => handleOn(t, 'vertex', i, way))
export const sideHandles = (t: Turned): Handle[] => SIDES.map((way, i) => handleOn(t, 'edge', i, way))

export function turnHandle(t: Turned, scale: number): Handle {
  const [x, y] = placedAt(t, 0, -t.height_px / 2 - STEM / scale)
  const [u, v] = placedAt(t, 0, -t.height_px / 2)
  return { part: 'turn', ring: 0, index: 0, at: { x, y }, cursor: 'grab', stem: { x: u, y: v } }
}

/** The other side, or corner, stays where it is. */
export function reshaped(t: Turned, grip: Grip, from: Point, to: Point, frame: Frame): Geometry {
  const centre = centreOf(t)
  if (grip.part === 'turn') {
    const by = distance(from, centre) && distance(to, centre) ? angleTo(centre, to) - angleTo(centre, from) : 0
    return kept({ ...t, angle_deg: t.angle_deg + by }, frame)
  }
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  if (grip.part === 'body') return kept({ ...t, centre_x_px: centre.x + dx, centre_y_px: centre.y + dy }, frame)
  const [sx, sy] = (grip.part === 'edge' ? SIDES : CORNERS)[grip.index] ?? [0, 0]
  const a = (t.angle_deg * Math.PI) / 180
  const width_px = Math.max(1, t.width_px + sx * (dx * Math.cos(a) + dy * Math.sin(a))),
    height_px = Math.max(1, t.height_px + sy * (dy * Math.cos(a) - dx * Math.sin(a)))
  const [x, y] = placedAt(t, (sx * (width_px - t.width_px)) / 2, (sy * (height_px - t.height_px)) / 2)
  return kept({ ...t, centre_x_px: x, centre_y_px: y, width_px, height_px }, frame)
}

/** Nothing of the object but its angle changes. */
export function turnedBy(geometry: Geometry, degrees: number): Geometry {
  const { centre_x_px, centre_y_px, width_px, height_px, angle_deg } = readTurned(geometry)
  const value: Turned = { centre_x_px, centre_y_px, width_px, height_px, angle_deg: wrapped(angle_deg + degrees) }
  return { ...value }
}

/** Wider and higher about its middle. */
export function grownBy(geometry: Geometry, dx: number, dy: number, frame: Frame): Geometry {
  const t = readTurned(geometry)
  const limit = 2 * Math.hypot(frame.width_px, frame.height_px)
  return kept(
    { ...t, width_px: clamp(t.width_px + dx, 1, limit), height_px: clamp(t.height_px + dy, 1, limit) },
    frame,
  )
}

export const sizeOf = (geometry: Geometry): string => {
  const t = readTurned(geometry)
  return `${Math.round(t.width_px)} × ${Math.round(t.height_px)} · ${Math.round(t.angle_deg)}°`
}
