import type { Drag, Geometry, Input, Tool } from '../../../../web/src/canvas/tool'
import type { Point } from '../../../../web/src/canvas/viewport'

type Box = { x_px: number; y_px: number; width_px: number; height_px: number }
const read = (g: Geometry) => g as unknown as Box
const round = (n: number) => Math.round(n * 10) / 10
const clamp = (n: number, hi: number) => Math.min(hi, Math.max(0, n))
const between = (a: Point, b: Point): Geometry => ({ x_px: round(Math.min(a.x, b.x)), y_px: round(Math.min(a.y, b.y)), width_px: round(Math.abs(a.x - b.x)), height_px: round(Math.abs(a.y - b.y)) })
/** Eight handles, clockwise from the top left. */
const handles = (b: Box): Point[] => [[0, 0], [.5, 0], [1, 0], [1, .5], [1, 1], [.5, 1], [0, 1], [0, .5]].map(([u, v]) => ({ x: b.x_px + u! * b.width_px, y: b.y_px + v! * b.height_px }))

const tool: Tool = {
  kind: 'box', key: 'r', title: 'Box', icon: 'M3.5 5h13v10h-13z',
  bounds: (g) => { const b = read(g); return { x: b.x_px, y: b.y_px, w: b.width_px, h: b.height_px } },
  draw(ctx, g, view, style) {
    const b = read(g)
    const x = b.x_px * view.scale + view.x, y = b.y_px * view.scale + view.y, w = b.width_px * view.scale, h = b.height_px * view.scale
    ctx.fillStyle = style.color; ctx.globalAlpha = style.selected ? .18 : .12; ctx.fillRect(x, y, w, h); ctx.globalAlpha = 1
    ctx.lineWidth = style.selected ? 2.5 : 2; ctx.strokeStyle = style.selected ? '#e3bb58' : style.color; ctx.strokeRect(x, y, w, h)
    if (!style.selected) return
    ctx.fillStyle = '#fff'; ctx.strokeStyle = '#8a6100'; ctx.lineWidth = 1.5
    for (const p of handles(b)) { const hx = p.x * view.scale + view.x - 4, hy = p.y * view.scale + view.y - 4; ctx.fillRect(hx, hy, 8, 8); ctx.strokeRect(hx, hy, 8, 8) }
  },
  hit(g, at, slack, selected) {
    const b = read(g)
    if (selected) {
      const index = handles(b).findIndex((p) => Math.abs(p.x - at.x) <= slack && Math.abs(p.y - at.y) <= slack)
      if (index >= 0) return { part: 'handle', index }
    }
    const inside = at.x >= b.x_px - slack && at.x <= b.x_px + b.width_px + slack && at.y >= b.y_px - slack && at.y <= b.y_px + b.height_px + slack
    return inside ? { part: 'body' } : null
  },
  step(drag: Drag, input: Input): Drag {
    const at = { x: clamp(input.at.x, input.width), y: clamp(input.at.y, input.height) }
    const done = input.type === 'up'
    if (drag.mode === 'create') {
      const start = { x: clamp(drag.start.x, input.width), y: clamp(drag.start.y, input.height) }
      const geometry = between(start, at), b = read(geometry)
      return { ...drag, done, geometry: done && (b.width_px * input.scale < 3 || b.height_px * input.scale < 3) ? null : geometry }
    }
    const b = read(drag.from)
    if (drag.mode === 'move') {
      const x = clamp(b.x_px + input.at.x - drag.start.x, input.width - b.width_px), y = clamp(b.y_px + input.at.y - drag.start.y, input.height - b.height_px)
      return { ...drag, done, geometry: { ...drag.from, x_px: round(x), y_px: round(y) } }
    }
    let [x0, y0, x1, y1] = [b.x_px, b.y_px, b.x_px + b.width_px, b.y_px + b.height_px]
    if ([0, 6, 7].includes(drag.index)) x0 = at.x
    if ([2, 3, 4].includes(drag.index)) x1 = at.x
    if ([0, 1, 2].includes(drag.index)) y0 = at.y
    if ([4, 5, 6].includes(drag.index)) y1 = at.y
    const geometry = between({ x: x0, y: y0 }, { x: x1, y: y1 })
    const size = read(geometry)
    return { ...drag, done, geometry: size.width_px > 0 && size.height_px > 0 ? geometry : drag.geometry }
  },
  summary: (o) => `${Math.round(read(o).width_px)} × ${Math.round(read(o).height_px)}`,
}
export default tool
