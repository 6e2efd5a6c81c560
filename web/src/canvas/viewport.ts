/** screen = image * scale + offset, in CSS pixels. Pure. */
export interface View { scale: number; x: number; y: number }
export interface Point { x: number; y: number }
export const MIN_SCALE = 0.02, MAX_SCALE = 64
export const toScreen = (v: View, p: Point): Point => ({ x: p.x * v.scale + v.x, y: p.y * v.scale + v.y })
export const toImage = (v: View, p: Point): Point => ({ x: (p.x - v.x) / v.scale, y: (p.y - v.y) / v.scale })
export const pan = (v: View, dx: number, dy: number): View => ({ ...v, x: v.x + dx, y: v.y + dy })
export function zoomAt(v: View, at: Point, factor: number): View {
  const scale = Math.min(MAX_SCALE, Math.max(MIN_SCALE, v.scale * factor))
  const k = scale / v.scale
  return { scale, x: at.x - (at.x - v.x) * k, y: at.y - (at.y - v.y) * k }
}
export function fit(imageW: number, imageH: number, w: number, h: number, margin = 24): View {
  const raw = Math.min((w - 2 * margin) / imageW, (h - 2 * margin) / imageH)
  const scale = Math.min(MAX_SCALE, Math.max(MIN_SCALE, raw))
  return { scale, x: (w - imageW * scale) / 2, y: (h - imageH * scale) / 2 }
}
