/** Where the picture lies on the screen: screen = image * scale + offset, in CSS pixels. Pure. */
import { centreOf, clamp, type Bounds, type Point } from './geometry'

export interface View {
  readonly scale: number
  readonly x: number
  readonly y: number
}
export interface Size {
  readonly w: number
  readonly h: number
}

export const MIN_SCALE = 0.02,
  MAX_SCALE = 64
const limited = (scale: number) => clamp(scale, MIN_SCALE, MAX_SCALE)

export const toScreen = (v: View, p: Point): Point => ({ x: p.x * v.scale + v.x, y: p.y * v.scale + v.y })
export const toImage = (v: View, p: Point): Point => ({ x: (p.x - v.x) / v.scale, y: (p.y - v.y) / v.scale })
export const pan = (v: View, dx: number, dy: number): View => ({ ...v, x: v.x + dx, y: v.y + dy })

/** The part of the image plane that a window of this size shows. */
export const seen = (v: View, size: Size): Bounds => ({
  x: -v.x / v.scale,
  y: -v.y / v.scale,
  w: size.w / v.scale,
  h: size.h / v.scale,
})

/** The image point under `at` stays under it. */
export function zoomAt(v: View, at: Point, factor: number): View {
  const scale = limited(v.scale * factor)
  const k = scale / v.scale
  return { scale, x: at.x - (at.x - v.x) * k, y: at.y - (at.y - v.y) * k }
}

/** Two fingers went from `a0`, `b0` to `a1`, `b1`: what lay between them still does. */
export function pinch(v: View, a0: Point, b0: Point, a1: Point, b1: Point): View {
  const before = { x: (a0.x + b0.x) / 2, y: (a0.y + b0.y) / 2 }
  const after = { x: (a1.x + b1.x) / 2, y: (a1.y + b1.y) / 2 }
  const spread = Math.hypot(a0.x - b0.x, a0.y - b0.y)
  const factor = spread > 0 ? Math.hypot(a1.x - b1.x, a1.y - b1.y) / spread : 1
  return zoomAt(pan(v, after.x - before.x, after.y - before.y), after, factor)
}

/** The whole image, centred, with a margin. */
export function fit(width_px: number, height_px: number, size: Size, margin = 24): View {
  return show({ x: 0, y: 0, w: width_px, h: height_px }, size, margin, MAX_SCALE)
}

/** `bounds` in the middle of the window, as large as the margin and `largest` allow. */
export function show(bounds: Bounds, size: Size, margin: number, largest: number): View {
  const room = { w: Math.max(1, size.w - 2 * margin), h: Math.max(1, size.h - 2 * margin) }
  const scale = limited(Math.min(largest, room.w / Math.max(bounds.w, 1e-6), room.h / Math.max(bounds.h, 1e-6)))
  return centred(centreOf(bounds), scale, size)
}

export function centred(at: Point, scale: number, size: Size): View {
  return { scale, x: Math.round(size.w / 2 - at.x * scale), y: Math.round(size.h / 2 - at.y * scale) }
}

/** At least a strip of the picture stays in the window, so that nobody loses it. */
export function kept(v: View, width_px: number, height_px: number, size: Size, strip = 48): View {
  const x = clamp(v.x, strip - width_px * v.scale, size.w - strip)
  const y = clamp(v.y, strip - height_px * v.scale, size.h - strip)
  return x === v.x && y === v.y ? v : { ...v, x, y }
}
