/** The layer on top: the object in hand, its handles, the drawing that is not finished. */
import type { Errands } from '../edit/errands'
import { grown, type Point, type Ring } from '../geometry'
import type { Shape } from '../scene'
import { NO_SETTINGS, drawnTool, type Geometry, type Handle, type Settings, type Stroke } from '../tool'
import { toScreen, type Size, type View } from '../viewport'
import { selection } from './colour'
import { paintHelp, type Help } from './help'
import { outlineOf } from './outline'
import { TAG_HEIGHT, paintOutline, paintTag, screenBounds, tagPlace, tagWidth, type Pen } from './paint'
import { paintBrush, StrokeLayer } from './raster'

export interface Draft {
  readonly kind: string
  readonly settings: Settings
  readonly shown: Geometry | null
  readonly from: Point | null
  readonly fixed: Ring // points set already
  readonly isClosing: boolean
  readonly isResting: boolean
}

/** The path of a cut or of a new border: set so far, and to the pointer. */
export interface Trail {
  readonly points: Ring
  readonly to: Point | null
}

export interface Overlay {
  readonly view: View
  readonly active: Shape | null
  readonly hovered: Shape | null
  readonly draft: Draft | null
  readonly trail: Trail | null
  readonly color: string // of the drawing
  readonly snapped: Point | null
  readonly stroke: Stroke | null
  readonly brush: { readonly at: Point; readonly radius_px: number } | null
  readonly inHand: Handle | null // the point that keys move
  readonly named: Handle | null // the one under the pointer
  readonly help: Help | null // what help with drawing has found so far
}

const HANDLE = 4,
  MIDDLE = 3,
  MANY_DOTS = 60,
  APART = 11 // screen pixels: half a handle's side; handles closer than this are painted once

export class OverlayLayer {
  private readonly ctx: CanvasRenderingContext2D | null
  private isClear = true
  private readonly strokes = new StrokeLayer()

  constructor(readonly canvas: HTMLCanvasElement) {
    this.ctx = canvas.getContext('2d')
  }

  paint(overlay: Overlay, window: Size, dpr: number) {
    const { ctx } = this
    if (!ctx) return
    const { active, hovered, draft, trail, snapped, stroke, brush, help } = overlay
    const isEmpty = [active, hovered, draft, trail, snapped, stroke, brush, help].every((part) => !part)
    if (isEmpty && this.isClear) return
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0)
    ctx.clearRect(0, 0, window.w, window.h)
    this.isClear = isEmpty
    const pen: Pen = { ctx, view: overlay.view, dpr, isFine: false }
    if (hovered) paintHover(pen, hovered)
    if (active) paintActive(pen, active, overlay.inHand)
    if (stroke) this.strokes.paint(pen, stroke, overlay.color)
    if (overlay.named?.name) paintName(pen, overlay.named)
    if (draft) paintDraft(pen, draft, overlay.color)
    if (help) paintHelp(pen, help, overlay.color)
    if (trail) paintTrail(pen, trail)
    if (snapped) paintSnap(pen, snapped)
    if (brush) paintBrush(pen, brush.at, brush.radius_px)
  }

  /** The bitmap was resized, which empties it. */
  forget() {
    this.isClear = true
  }
}

function paintHover(pen: Pen, shape: Shape) {
  const outline = outlineOf(shape)
  if (outline) paintOutline(pen, outline, { color: shape.color, isSelected: false, isDashed: !!shape.dashed })
}

function paintActive(pen: Pen, shape: Shape, inHand: Handle | null) {
  const outline = outlineOf(shape)
  if (!outline) return
  const look = { color: shape.color, isSelected: true, isDashed: !!shape.dashed }
  paintOutline(pen, outline, look)
  if (shape.tag) paintTag(pen.ctx, shape.tag, tagPlace(outline, pen.view, tagWidth(pen.ctx, shape.tag)), look)
  const reach = grown(screenBounds(outline.bounds, pen.view), 1)
  if (!shape.locked && Math.max(reach.w, reach.h) > 6)
    paintHandles(
      pen,
      drawnTool(shape.kind)?.handles(shape.geometry, pen.view.scale, shape.settings ?? NO_SETTINGS) ?? [],
      outline.dots.length > 0,
    )
  if (!inHand) return
  paintDot(pen, inHand.at, HANDLE + 3)
  paintName(pen, inHand)
}

/** Beside the point. */
function paintName({ ctx, view }: Pen, { name, at }: Handle) {
  if (!name) return
  const p = toScreen(view, at)
  const place = { x: p.x + 12, y: p.y - TAG_HEIGHT / 2, w: tagWidth(ctx, name), h: TAG_HEIGHT }
  paintTag(ctx, name, place, { color: selection.deep, isSelected: true, isDashed: false })
}

/** Vertices of a box are squares, like its sides; those of a longer outline are round, its midpoints small. */
function paintHandles({ ctx, view }: Pen, all: readonly Handle[], hasDots: boolean) {
  const handles = hasDots ? all.filter((h) => h.part !== 'vertex' || h.isFaint) : all // a dot is its own handle
  const isBox = handles.some((h) => h.part === 'edge')
  ctx.fillStyle = selection.paper
  ctx.strokeStyle = selection.deep
  ctx.lineWidth = 1.5
  let last: Point | null = null
  for (const handle of handles) {
    const p = toScreen(view, handle.at)
    if (!isBox && last && Math.hypot(p.x - last.x, p.y - last.y) < APART) continue
    last = p
    if (handle.stem) paintStem(ctx, toScreen(view, handle.stem), p)
    ctx.beginPath()
    if (isBox && handle.part !== 'turn') ctx.rect(p.x - HANDLE, p.y - HANDLE, 2 * HANDLE, 2 * HANDLE)
    else ctx.arc(p.x, p.y, isSmall(handle) ? MIDDLE : HANDLE + 0.5, 0, 2 * Math.PI)
    ctx.globalAlpha = isSmall(handle) ? 0.65 : 1
    ctx.fill()
    ctx.stroke()
  }
  ctx.globalAlpha = 1
}

const isSmall = ({ part, isFaint }: Handle) => part === 'middle' || isFaint

function paintStem(ctx: CanvasRenderingContext2D, from: Point, to: Point) {
  ctx.beginPath()
  ctx.moveTo(from.x, from.y)
  ctx.lineTo(to.x, to.y)
  ctx.stroke()
}

function paintDraft(pen: Pen, draft: Draft, color: string) {
  if (draft.from) paintDot(pen, draft.from, HANDLE)
  if (!draft.shown) return
  const outline = outlineOf({ ...draft, geometry: draft.shown })
  if (!outline) return
  paintOutline(pen, outline, { color, isSelected: true, isDashed: draft.isResting })
  paintVertices(pen, draft)
}

/** The first vertex grows when the next press would close the outline there. */
function paintVertices(pen: Pen, { fixed, isClosing }: Draft) {
  fixed.forEach(([x, y], i) => paintDot(pen, { x, y }, i === 0 && isClosing ? HANDLE + 3 : HANDLE))
}

/** Dark under light, so that it is seen on every picture. */
function paintTrail(pen: Pen, { points, to }: Trail) {
  const { ctx, view } = pen
  const line = [...points.map(([x, y]) => ({ x, y })), ...(to && points.length ? [to] : [])]
  for (const [width, color] of [
    [4, selection.deep],
    [2, selection.line],
  ] as const) {
    ctx.lineWidth = width
    ctx.strokeStyle = color
    ctx.lineJoin = 'round'
    ctx.beginPath()
    for (const p of line.map((point) => toScreen(view, point))) ctx.lineTo(p.x, p.y)
    ctx.stroke()
  }
  if (points.length < MANY_DOTS) for (const [x, y] of points) paintDot(pen, { x, y }, HANDLE)
}

/** Null where no path is being set. */
export const trailOf = ({ now, at }: Errands): Trail | null =>
  now && now.sort !== 'join' ? { points: now.path, to: at } : null

function paintDot({ ctx, view }: Pen, at: Point, radius: number) {
  const p = toScreen(view, at)
  ctx.fillStyle = radius > HANDLE ? selection.line : selection.paper
  ctx.strokeStyle = selection.deep
  ctx.lineWidth = 1.5
  ctx.beginPath()
  ctx.arc(p.x, p.y, radius, 0, 2 * Math.PI)
  ctx.fill()
  ctx.stroke()
}

function paintSnap({ ctx, view }: Pen, at: Point) {
  const p = toScreen(view, at)
  ctx.strokeStyle = selection.line
  ctx.lineWidth = 2
  ctx.strokeRect(p.x - 7, p.y - 7, 14, 14)
}
