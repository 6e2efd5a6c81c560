/** Painting one object: as much of it as can be seen at this scale. */
import { grown, type Bounds } from '../geometry'
import { toScreen, type View } from '../viewport'
import { inkOn, lineColor, selection } from './colour'
import { DOT_RADIUS, paintDots } from './dots'
import { pathsOf, verticesAt, type Outline } from './outline'
import { paintRaster, RASTER_COST } from './raster'

/** `isFine`: small objects get a thin line, as among hundreds of others or on a thumbnail. */
export interface Pen {
  readonly ctx: CanvasRenderingContext2D
  readonly view: View
  readonly dpr: number
  readonly isFine: boolean
}
export interface Look {
  readonly color: string
  readonly isSelected: boolean
  readonly isDashed: boolean
}

const DOT = 3,
  SMALL = 48,
  SMALLEST = 10 // screen pixels: below, a dot or a thin line says all there is to see
const TAG_FONT = '600 12px "Inter Variable", system-ui, sans-serif'
export const TAG_HEIGHT = 19

export const screenBounds = ({ x, y, w, h }: Bounds, view: View): Bounds => ({
  x: x * view.scale + view.x,
  y: y * view.scale + view.y,
  w: w * view.scale,
  h: h * view.scale,
})

export function paintOutline(pen: Pen, outline: Outline, look: Look) {
  const { ctx, view } = pen
  const at = screenBounds(outline.bounds, view)
  const longest = Math.max(at.w, at.h)
  const isAPoint = longest === 0
  if (longest < DOT && !isAPoint && !look.isSelected) {
    ctx.fillStyle = lineColor(look.color)
    ctx.fillRect(at.x, at.y, Math.max(2, at.w), Math.max(2, at.h))
    return
  }
  const width = look.isSelected ? 2.5 : longest < (pen.isFine ? SMALL : SMALLEST) ? 1 : 2
  if (look.isDashed) ctx.setLineDash([6, 4])
  if (outline.raster) paintRaster(pen, outline.raster, look)
  else if (outline.isRectangle) paintRectangle(pen, at, look, width)
  else if (!isAPoint) paintPath(pen, outline, look, width)
  if (look.isDashed) ctx.setLineDash([])
  const showsDots = isAPoint || look.isSelected || longest >= SMALL
  if (showsDots && outline.dots.length) paintDots(pen, outline.dots, strokeColor(look), look.isDashed)
}

const fillAlpha = (look: Look) => (look.isSelected ? 0.18 : 0.12)
const strokeColor = (look: Look) => (look.isSelected ? selection.line : lineColor(look.color))

function paintRectangle({ ctx, dpr }: Pen, at: Bounds, look: Look, width: number) {
  const whole = (n: number) => Math.round(n * dpr) / dpr
  const x = whole(at.x),
    y = whole(at.y),
    w = whole(at.x + at.w) - x,
    h = whole(at.y + at.h) - y
  if (!look.isDashed) {
    ctx.globalAlpha = fillAlpha(look)
    ctx.fillStyle = look.color
    ctx.fillRect(x, y, w, h)
    ctx.globalAlpha = 1
  }
  ctx.lineWidth = width
  ctx.strokeStyle = strokeColor(look)
  ctx.strokeRect(x, y, w, h)
}

function paintPath({ ctx, view, dpr }: Pen, outline: Outline, look: Look, width: number) {
  const { area, lines, ties } = pathsOf(outline, view.scale * dpr),
    s = view.scale
  ctx.setTransform(dpr * s, 0, 0, dpr * s, dpr * view.x, dpr * view.y)
  if (!look.isDashed) {
    ctx.globalAlpha = fillAlpha(look)
    ctx.fillStyle = look.color
    ctx.fill(area, 'evenodd')
    ctx.globalAlpha = 1
  } else ctx.setLineDash([6 / s, 4 / s])
  ctx.lineWidth = width / s
  ctx.lineJoin = 'round'
  ctx.strokeStyle = strokeColor(look)
  ctx.stroke(area)
  if (lines) ctx.stroke(lines)
  for (const [[x, y], [to_x, to_y]] of ties) {
    ctx.beginPath()
    ctx.moveTo(x, y)
    ctx.lineTo(to_x, to_y)
    ctx.stroke()
  }
  ctx.setTransform(dpr, 0, 0, dpr, 0, 0)
}

/** What painting costs, in microseconds of one slow core; measured without a GPU, where it matters. */
export function paintCost(outline: Outline, scale: number, isFine: boolean): number {
  const w = outline.bounds.w * scale,
    h = outline.bounds.h * scale
  const longest = Math.max(w, h)
  const dots = outline.dots.length * 6
  if (longest < DOT) return 1 + dots
  const area = Math.min(w * h, 2e6) * 0.0008
  if (outline.raster) return RASTER_COST + 4 * area
  if (outline.isRectangle) return 7 + area
  return 12 + dots + area + verticesAt(outline, scale) * (isFine && longest < SMALL ? 1.1 : 3.3)
}

const widths = new Map<string, number>()

/** Of the tag's box, in CSS pixels. */
export function tagWidth(ctx: CanvasRenderingContext2D, tag: string): number {
  const known = widths.get(tag)
  if (known !== undefined) return known
  ctx.font = TAG_FONT
  const width = Math.ceil(ctx.measureText(tag).width) + 14
  if (document.fonts.status === 'loaded') widths.set(tag, width)
  return width
}

export function paintTag(ctx: CanvasRenderingContext2D, tag: string, at: Bounds, look: Look) {
  ctx.fillStyle = look.isSelected ? selection.line : look.color
  ctx.beginPath()
  ctx.roundRect(at.x, at.y, at.w, at.h, 3)
  ctx.fill()
  ctx.font = TAG_FONT
  ctx.fillStyle = look.isSelected ? selection.ink : inkOn(look.color)
  ctx.fillText(tag, at.x + 7, at.y + 14)
}

/** Above the object's top left corner; inside it where the picture ends there. */
export function tagPlace(outline: Outline, view: View, width: number): Bounds {
  const at = grown(screenBounds(outline.bounds, view), outline.dots.length ? DOT_RADIUS : 0)
  const top = outline.bounds.y * view.scale < TAG_HEIGHT + 1 ? at.y + 1 : at.y - TAG_HEIGHT - 1
  return { x: Math.round(at.x) - 1, y: Math.round(top), w: width, h: TAG_HEIGHT }
}
