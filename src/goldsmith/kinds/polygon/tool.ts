import type { Drag, Geometry, Input, Tool } from '../../../../web/src/canvas/tool'

type XY = [number, number]
type Polygon = { points: XY[]; holes: XY[][] }
const read = (g: Geometry) => g as unknown as Polygon
const round = (n: number) => Math.round(n * 10) / 10
const clamp = (n: number, hi: number) => Math.min(hi, Math.max(0, n))
const rings = (p: Polygon) => [p.points, ...(p.holes ?? [])]
function inside(ring: XY[], x: number, y: number): boolean {
  let odd = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i]!, [xj, yj] = ring[j]!
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd
  }
  return odd
}
const extent = (points: XY[]) => {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x, y] of points) { x0 = Math.min(x0, x); y0 = Math.min(y0, y); x1 = Math.max(x1, x); y1 = Math.max(y1, y) }
  return { x0, y0, x1, y1 }
}
const near = (a: XY, x: number, y: number, slack: number) => Math.hypot(a[0] - x, a[1] - y) <= slack

const tool: Tool = {
  kind: 'polygon', key: 'p', title: 'Polygon', icon: 'M4 14L6 5l7-1.5 4 7-6 5z',
  bounds: (g) => { const e = extent(read(g).points); return { x: e.x0, y: e.y0, w: e.x1 - e.x0, h: e.y1 - e.y0 } },
  draw(ctx, g, view, style) {
    const polygon = read(g)
    ctx.beginPath()
    for (const ring of rings(polygon)) {
      ring.forEach(([x, y], i) => ctx[i ? 'lineTo' : 'moveTo'](x * view.scale + view.x, y * view.scale + view.y))
      ctx.closePath()
    }
    ctx.fillStyle = style.color; ctx.globalAlpha = style.selected ? .18 : .12; ctx.fill('evenodd'); ctx.globalAlpha = 1
    ctx.lineWidth = style.selected ? 2.5 : 2; ctx.strokeStyle = style.selected ? '#e3bb58' : style.color; ctx.lineJoin = 'round'; ctx.stroke()
    if (!style.selected) return
    ctx.fillStyle = '#fff'; ctx.strokeStyle = '#8a6100'; ctx.lineWidth = 1.5
    for (const [x, y] of polygon.points) { ctx.beginPath(); ctx.arc(x * view.scale + view.x, y * view.scale + view.y, 4, 0, 7); ctx.fill(); ctx.stroke() }
  },
  hit(g, at, slack, selected) {
    const polygon = read(g)
    if (selected) {
      const index = polygon.points.findIndex((p) => near(p, at.x, at.y, slack))
      if (index >= 0) return { part: 'handle', index }
    }
    return inside(polygon.points, at.x, at.y) && !(polygon.holes ?? []).some((h) => inside(h, at.x, at.y)) ? { part: 'body' } : polygon.points.some((p) => near(p, at.x, at.y, slack)) ? { part: 'body' } : null
  },
  /** Creating: each click fixes a vertex and the last one follows the pointer; a double click, Enter or a click on the first vertex closes. */
  step(drag: Drag, input: Input): Drag {
    const at: XY = [round(clamp(input.at.x, input.width)), round(clamp(input.at.y, input.height))]
    if (drag.mode === 'create') {
      const fixed = drag.geometry ? read(drag.geometry).points.slice(0, drag.committed ?? 0) : []
      const finish = (points: XY[]): Drag => { const e = extent(points); return { ...drag, done: true, geometry: points.length >= 3 && e.x1 > e.x0 && e.y1 > e.y0 ? { points, holes: [] } : null } }
      if (input.type === 'enter' || input.type === 'double') return finish(fixed)
      if (input.type === 'down') {
        if (fixed.length >= 3 && near(fixed[0]!, at[0], at[1], 8 / input.scale)) return finish(fixed)
        const last = fixed.at(-1)
        // the second press of a double click falls on the vertex just set
        if (!last || !near(last, at[0], at[1], 2 / input.scale)) fixed.push(at)
      }
      return { ...drag, committed: fixed.length, geometry: { points: [...fixed, at], holes: [] } }
    }
    const from = read(drag.from), done = input.type === 'up'
    if (drag.mode === 'handle') return { ...drag, done, geometry: { ...drag.from, points: from.points.map((p, i) => (i === drag.index ? at : p)) } }
    const e = extent(from.points)
    const dx = Math.min(input.width - e.x1, Math.max(-e.x0, input.at.x - drag.start.x)), dy = Math.min(input.height - e.y1, Math.max(-e.y0, input.at.y - drag.start.y))
    const moved = (ring: XY[]) => ring.map(([x, y]): XY => [round(x + dx), round(y + dy)])
    return { ...drag, done, geometry: { ...drag.from, points: moved(from.points), holes: (from.holes ?? []).map(moved) } }
  },
  summary: (o) => `${read(o).points.length} points`,
}
export default tool
