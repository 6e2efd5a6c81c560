/** Painting sets of pixels: a bitmap in the object's colour, darker along its border, made once for each colour. */
import { shared, type Bounds, type Point } from '../geometry'
import { sinceOf } from '../pixels/area'
import type { Raster, Stroke } from '../tool'
import { toScreen } from '../viewport'
import { lineColor, selection } from './colour'
import type { Look, Pen } from './paint'

export const RASTER_COST = 400 // microseconds, beside what its size costs
const INSIDE = 110,
  BORDER = 235 // of 255: how much covers the picture
const SMOOTH_BELOW = 1 // screen pixels per image pixel: above, each pixel is seen as it is

const bitmaps = new WeakMap<Bounds, Map<string, HTMLCanvasElement>>()

/** How many image pixels go into one of the bitmap, on each axis: no more than can be told apart. */
const stepAt = (scale: number): number => 2 ** Math.max(0, Math.floor(-Math.log2(scale)))

export function paintRaster({ ctx, view, dpr }: Pen, raster: Raster, look: Look): void {
  const step = stepAt(view.scale * dpr)
  const bitmap = bitmapOf(raster, look, step)
  const { x, y } = toScreen(view, raster)
  ctx.imageSmoothingEnabled = view.scale < SMOOTH_BELOW
  const k = view.scale * step
  ctx.drawImage(bitmap, x, y, bitmap.width * k, bitmap.height * k)
  ctx.imageSmoothingEnabled = true
  if (!look.isSelected) return
  ctx.lineWidth = 1
  ctx.strokeStyle = selection.line
  ctx.setLineDash([4, 4])
  ctx.strokeRect(x - 2, y - 2, raster.w * view.scale + 4, raster.h * view.scale + 4)
  ctx.setLineDash([])
}

/** Only the border where the object is shown for comparison. */
function bitmapOf(raster: Raster, look: Look, step: number): HTMLCanvasElement {
  const made = bitmaps.get(raster) ?? new Map<string, HTMLCanvasElement>()
  bitmaps.set(raster, made)
  const key = `${look.color} ${look.isDashed} ${step}`
  const known = made.get(key)
  if (known) return known
  const w = Math.ceil(raster.w / step),
    h = Math.ceil(raster.h / step)
  const whole = { x: 0, y: 0, w, h }
  const earlier = takeOver(raster, key, step, w, h)
  const canvas = earlier?.canvas ?? Object.assign(document.createElement('canvas'), { width: w, height: h })
  const ctx = canvas.getContext('2d')
  for (const one of earlier?.parts ?? [whole]) {
    const part = shared(one, whole)
    if (!ctx || !part.w || !part.h) continue
    const image = ctx.createImageData(part.w, part.h)
    colour(new Uint32Array(image.data.buffer), raster, step, part, look)
    ctx.putImageData(image, part.x, part.y)
  }
  if (made.size > 1) made.clear() // what is shown now, and what was before
  made.set(key, canvas)
  return canvas
}

/** The bitmap of what the pixels were made from, and the parts of it that are to be painted again. */
function takeOver(raster: Raster, key: string, step: number, w: number, h: number) {
  const { area: before, marks } = sinceOf(raster) ?? {}
  const old = before && bitmaps.get(before)
  const canvas = old?.get(key)
  if (!before || !marks || !old || !canvas) return null
  const dx = before.x - raster.x,
    dy = before.y - raster.y
  if (dx % step || dy % step) return null // other pixels would be the middle ones
  const parts = bandsOf(marks).map((part) => ({
    x: Math.floor((part.x - raster.x) / step) - 1,
    y: Math.floor((part.y - raster.y) / step) - 1,
    w: Math.ceil(part.w / step) + 3,
    h: Math.ceil(part.h / step) + 3,
  }))
  if (!dx && !dy && canvas.width === w && canvas.height === h) {
    old.delete(key) // it is the new one's now
    return { canvas, parts }
  }
  const next = Object.assign(document.createElement('canvas'), { width: w, height: h })
  next.getContext('2d')?.drawImage(canvas, dx / step, dy / step)
  return { canvas: next, parts }
}

const BAND = 48 // rows

/** Rectangles around what is marked, band by band: a long stroke across is little of the rectangle around it. */
function bandsOf({ x, y, w, h, bits }: Raster): Bounds[] {
  const found: Bounds[] = []
  for (let top = 0; top < h; top += BAND) {
    const bottom = Math.min(h, top + BAND)
    let left = w,
      right = -1
    for (let row = top; row < bottom; row++) {
      const line = bits.subarray(row * w, (row + 1) * w)
      const first = line.indexOf(1)
      if (first < 0) continue
      left = Math.min(left, first)
      right = Math.max(right, line.lastIndexOf(1))
    }
    if (right >= 0) found.push({ x: x + left, y: y + top, w: right - left + 1, h: bottom - top })
  }
  return found
}

/** Little-endian, as every browser's machine is: alpha, blue, green, red from the top. */
function inkOf(color: string, alpha: number): number {
  const isHex = color.startsWith('#')
  const parts = (isHex ? color.match(/[0-9a-f]{2}/gi) : color.match(/\d+/g)) ?? []
  const [r = 0, g = 0, b = 0] = parts.map((part) => parseInt(part, isHex ? 16 : 10))
  return ((alpha << 24) | (b << 16) | (g << 8) | r) >>> 0
}

/** Of each `step` x `step` pixels the middle one; `part` is in such steps. */
function colour(pixels: Uint32Array, raster: Raster, step: number, part: Bounds, { color, isDashed }: Look): void {
  const { w, h, bits } = raster
  const inside = isDashed ? 0 : inkOf(color, INSIDE),
    border = inkOf(lineColor(color), BORDER)
  const half = step >> 1
  const wide = Math.ceil(w / step),
    high = Math.ceil(h / step)
  const lineOf = (row: number) => Math.min(h - 1, row * step + half) * w
  for (let row = part.y, at = 0; row < part.y + part.h; row++) {
    const isEnd = row === 0 || row === high - 1
    const here = lineOf(row),
      above = lineOf(Math.max(0, row - 1)),
      below = lineOf(Math.min(high - 1, row + 1))
    for (let column = part.x; column < part.x + part.w; column++, at++) {
      const x = Math.min(w - 1, column * step + half)
      if (!bits[here + x]) continue
      const isInner =
        !isEnd &&
        column > 0 &&
        column < wide - 1 &&
        bits[here + x - step] &&
        bits[here + Math.min(w - 1, x + step)] &&
        bits[above + x] &&
        bits[below + x]
      pixels[at] = isInner ? inside : border
    }
  }
}

/** A stroke while it is painted: its pixels on a canvas that follows them. */
export class StrokeLayer {
  private readonly canvas = document.createElement('canvas')
  private readonly ctx = this.canvas.getContext('2d')
  private shown: Raster | null = null
  private bits: Uint8Array | null = null

  /** Paints what the stroke has covered; where it erases, what lies under it goes. */
  paint({ ctx, view }: Pen, stroke: Stroke, color: string): void {
    const { raster, isErasing } = stroke
    let changed = stroke.changed()
    if (!raster.w || !this.ctx) return
    if (this.bits !== raster.bits || this.shown !== raster) {
      this.canvas.width = raster.w
      this.canvas.height = raster.h
      this.bits = raster.bits
      this.shown = raster
      changed = { y: raster.y, h: raster.h }
    }
    const top = Math.max(raster.y, changed.y) - raster.y,
      height = Math.min(raster.y + raster.h, changed.y + changed.h) - raster.y - top
    if (height > 0) {
      const image = this.ctx.createImageData(raster.w, height)
      const pixels = new Uint32Array(image.data.buffer)
      const ink = inkOf(color, isErasing ? 255 : INSIDE)
      const from = top * raster.w
      for (let at = 0; at < pixels.length; at++) if (raster.bits[from + at]) pixels[at] = ink
      this.ctx.putImageData(image, 0, top)
    }
    const { x, y } = toScreen(view, raster)
    if (isErasing) ctx.globalCompositeOperation = 'destination-out'
    ctx.drawImage(this.canvas, x, y, raster.w * view.scale, raster.h * view.scale)
    ctx.globalCompositeOperation = 'source-over'
  }
}

/** The round brush where the pointer is. */
export function paintBrush({ ctx, view }: Pen, at: Point, radius_px: number): void {
  const { x, y } = toScreen(view, at)
  for (const [width, color] of [
    [3, selection.deep],
    [1.2, selection.paper],
  ] as const) {
    ctx.beginPath()
    ctx.arc(x, y, Math.max(1, radius_px * view.scale), 0, 2 * Math.PI)
    ctx.lineWidth = width
    ctx.strokeStyle = color
    ctx.stroke()
  }
}
