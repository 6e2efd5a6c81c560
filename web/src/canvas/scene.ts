/** Image and resting objects are drawn once to an offscreen bitmap; a drag redraws one object over it. */
import { isDrawn, tools, type Geometry } from './tool'
import { GridIndex } from './index'
import { toScreen, type View } from './viewport'
export interface Shape { id: string; kind: string; geometry: Geometry; color: string; tag: string; hidden: boolean; locked: boolean }

export function buildIndex(shapes: Shape[]): GridIndex<Shape> {
  const index = new GridIndex<Shape>()
  for (const s of shapes) {
    const tool = tools.get(s.kind)
    if (!s.hidden && isDrawn(tool)) index.add(s, tool.bounds(s.geometry))
  }
  return index
}
export function drawShape(ctx: CanvasRenderingContext2D, s: Shape, view: View, selected: boolean, w: number, h: number) {
  const tool = tools.get(s.kind)
  if (s.hidden || !isDrawn(tool)) return
  const b = tool.bounds(s.geometry)
  const p = toScreen(view, b)
  if (p.x > w || p.y > h || p.x + b.w * view.scale < 0 || p.y + b.h * view.scale < 0) return
  tool.draw(ctx, s.geometry, view, { color: s.color, selected, fill: true })
  if (!s.tag || b.w * view.scale < 12) return
  ctx.font = '600 12px "Inter Variable", system-ui, sans-serif'
  const width = ctx.measureText(s.tag).width + 14
  const y = p.y > 20 ? p.y - 20 : p.y + 1
  ctx.fillStyle = selected ? '#e3bb58' : s.color
  ctx.beginPath()
  ctx.roundRect(p.x - 1, y, width, 19, 3)
  ctx.fill()
  ctx.fillStyle = selected ? '#1c1605' : inkOn(s.color)
  ctx.fillText(s.tag, p.x + 6, y + 14)
}
function inkOn(color: string): string {
  const m = /^#(..)(..)(..)/.exec(color)
  if (!m) return '#fff'
  const [r, g, b] = [m[1]!, m[2]!, m[3]!].map((x) => parseInt(x, 16)) as [number, number, number]
  return r * 0.299 + g * 0.587 + b * 0.114 > 140 ? '#1c1605' : '#fff'
}
export class Scene {
  private layer: HTMLCanvasElement = document.createElement('canvas')
  private key: unknown[] = []
  draw(ctx: CanvasRenderingContext2D, o: { image: HTMLImageElement | null; shapes: Shape[]; active: Shape | null; activeId: string | null; view: View; w: number; h: number; dpr: number }) {
    const { image, shapes, view, w, h, dpr, activeId } = o
    const key = [image, shapes, view, w, h, dpr, activeId]
    if (key.some((k, i) => k !== this.key[i])) {
      this.key = key
      this.layer.width = Math.round(w * dpr)
      this.layer.height = Math.round(h * dpr)
      const c = this.layer.getContext('2d')!
      c.setTransform(dpr, 0, 0, dpr, 0, 0)
      c.imageSmoothingEnabled = view.scale < 3
      if (image) c.drawImage(image, view.x, view.y, image.naturalWidth * view.scale, image.naturalHeight * view.scale)
      for (const s of shapes) if (s.id !== activeId) drawShape(c, s, view, false, w, h)
    }
    ctx.setTransform(1, 0, 0, 1, 0, 0)
    ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height)
    ctx.drawImage(this.layer, 0, 0)
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0)
    if (o.active) drawShape(ctx, o.active, view, true, w, h)
  }
}
