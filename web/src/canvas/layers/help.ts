/** What help with drawing has found so far: pixels, a way along edges, what the model was shown. */
import type { Assists, Prompt } from '../edit/assists'
import type { Point, Ring } from '../geometry'
import type { Raster } from '../tool'
import { toScreen } from '../viewport'
import { selection } from './colour'
import type { Pen } from './paint'
import { paintRaster } from './raster'

export interface Help {
  readonly area: Raster | null
  /** It is to be taken away. */
  readonly isLess: boolean
  readonly path: Ring
  readonly live: Ring
  readonly prompt: Prompt | null
  /** Where Enter would begin, for those who have no pointer there. */
  readonly aim: Point | null
}

const DOT = 5,
  AIM = 12 // screen pixels

export function shownOf({ now }: Assists): Omit<Help, 'aim'> {
  return {
    area: now && now.sort !== 'wire' ? now.area : null,
    isLess: now !== null && now.sort !== 'wire' && now.intent === 'less',
    path: now?.sort === 'wire' ? now.path : [],
    live: now?.sort === 'wire' ? now.live : [],
    prompt: now?.sort === 'model' ? now.prompt : null,
  }
}

export function paintHelp(pen: Pen, { area, isLess, path, live, prompt, aim }: Help, color: string) {
  if (area) paintRaster(pen, area, { color: isLess ? selection.paper : color, isSelected: false, isDashed: false })
  if (path.length) {
    paintWay(pen, live, true)
    paintWay(pen, path, false)
    const [first] = path
    if (first) paintDot(pen, { x: first[0], y: first[1] }, selection.paper)
  }
  if (prompt?.box) paintBox(pen, prompt.box)
  for (const hint of prompt?.hints ?? []) paintHint(pen, hint, hint.isBeside)
  if (aim) paintAim(pen, aim)
}

/** Dark under light, so that it is seen on every picture. */
function paintWay(pen: Pen, points: Ring, isOpen: boolean) {
  if (points.length < 2) return
  const { ctx, view } = pen
  ctx.beginPath()
  for (const [x, y] of points) {
    const p = toScreen(view, { x, y })
    ctx.lineTo(p.x, p.y)
  }
  twice(ctx, isOpen ? [5, 4] : [])
}

function twice(ctx: CanvasRenderingContext2D, dash: number[]) {
  ctx.lineJoin = 'round'
  ctx.lineWidth = 4
  ctx.strokeStyle = selection.deep
  ctx.stroke()
  ctx.setLineDash(dash)
  ctx.lineWidth = 2
  ctx.strokeStyle = selection.line
  ctx.stroke()
  ctx.setLineDash([])
}

function paintBox({ ctx, view }: Pen, { x, y, w, h }: NonNullable<Prompt['box']>) {
  const at = toScreen(view, { x, y })
  ctx.beginPath()
  ctx.rect(at.x, at.y, w * view.scale, h * view.scale)
  twice(ctx, [6, 4])
}

function paintDot({ ctx, view }: Pen, at: Point, fill: string) {
  const p = toScreen(view, at)
  ctx.beginPath()
  ctx.arc(p.x, p.y, DOT, 0, 2 * Math.PI)
  ctx.fillStyle = fill
  ctx.fill()
  ctx.lineWidth = 1.5
  ctx.strokeStyle = selection.deep
  ctx.stroke()
}

/** A plus on the thing, a minus beside it. */
function paintHint(pen: Pen, at: Point, isBeside: boolean) {
  paintDot(pen, at, isBeside ? selection.paper : selection.line)
  const { ctx, view } = pen
  const { x, y } = toScreen(view, at)
  ctx.beginPath()
  ctx.moveTo(x - 3, y)
  ctx.lineTo(x + 3, y)
  if (!isBeside) {
    ctx.moveTo(x, y - 3)
    ctx.lineTo(x, y + 3)
  }
  ctx.stroke()
}

function paintAim({ ctx, view }: Pen, at: Point) {
  const { x, y } = toScreen(view, at)
  ctx.beginPath()
  ctx.moveTo(x - AIM, y)
  ctx.lineTo(x + AIM, y)
  ctx.moveTo(x, y - AIM)
  ctx.lineTo(x, y + AIM)
  twice(ctx, [])
}
