/** Painting sets of pixels: a bitmap in the object's colour, darker along its border, made once for each colour. */
import type { Point } from '../geometry'
import type { Raster, Stroke } from '../tool'
import { toScreen } from '../viewport'
import { lineColor, selection } from './colour'
import type { Look, Pen } from './paint'

export const RASTER_COST = 400 // microseconds, beside what its size costs
const INSIDE = 110,
  BORDER = 235 // of 255: how much covers the picture
const SMOOTH_BELOW = 1 // screen pixels per image pixel: above, each pixel is seen as it is

const bitmaps = new WeakMap<Raster, Map<string, HTMLCanvasElement>>()

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
function bitmapOf(raster: Raster, { color, isDashed }: Look, step: number): HTMLCanvasElement {
  const made = bitmaps.get(raster) ?? new Map<string, HTMLCanvasElement>()
  bitmaps.set(raster, made)
  const key = `${color} ${isDashed} ${step}`
  const known = made.get(key)
  if (known) return known
  const canvas = document.createElement('canvas')
  const coarse = step > 1 ? sampled(raster, step) : raster
  canvas.width = coarse.w
  canvas.height = coarse.h
  const ctx = canvas.getContext('2d')
  if (ctx) {
    const image = ctx.createImageData(coarse.w, coarse.h)
    colour(new Uint32Array(image.data.buffer), coarse, color, isDashed ? 0 : INSIDE)
    ctx.putImageData(image, 0, 0)
  }
  if (made.size > 1) made.clear() // what is shown now, and what was before
  made.set(key, canvas)
  return canvas
}

/** One pixel of each `step` x `step`, the middle one. */
function sampled({ x, y, w, h, bits }: Raster, step: number): Raster {
  const width = Math.ceil(w / step),
    height = Math.ceil(h / step),
    found = new Uint8Array(width * height)
  for (let row = 0, at = 0; row < height; row++) {
    const from = Math.min(h - 1, row * step + (step >> 1)) * w
    for (let column = 0; column < width; column++, at++)
      found[at] = bits[from + Math.min(w - 1, column * step + (step >> 1))] ?? 0
  }
  return { x, y, w: width, h: height, bits: found }
}

/** Little-endian, as every browser's machine is: alpha, blue, green, red from the top. */
function inkOf(color: string, alpha: number): number {
  const isHex = color.startsWith('#')
  const parts = (isHex ? color.match(/[0-9a-f]{2}/gi) : color.match(/\d+/g)) ?? []
  const [r = 0, g = 0, b = 0] = parts.map((part) => parseInt(part, isHex ? 16 : 10))
  return ((alpha << 24) | (b << 16) | (g << 8) | r) >>> 0
}

function colour(pixels: Uint32Array, { w, h, bits }: Raster, color: string, alpha: number): void {
  const inside = alpha ? inkOf(color, alpha) : 0,
    border = inkOf(lineColor(color), BORDER)
  for (let row = 0, at = 0; row < h; row++) {
    const isEnd = row === 0 || row === h - 1
    for (let column = 0; column < w; column++, at++) {
      if (!bits[at]) continue
      const isInner =
        !isEnd && column > 0 && column < w - 1 && bits[at - 1] && bits[at + 1] && bits[at - w] && bits[at + w]
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
