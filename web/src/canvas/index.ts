/** A uniform grid over object bounds: a hit test looks only at the cells under the pointer. */
export interface Bounds { x: number; y: number; w: number; h: number }
export class GridIndex<T> {
  private cells = new Map<string, { item: T; order: number; b: Bounds }[]>()
  private large: { item: T; order: number; b: Bounds }[] = []
  private n = 0
  private cell: number
  constructor(cell = 128) { this.cell = cell }
  add(item: T, b: Bounds) {
    const entry = { item, order: this.n++, b }
    const [x0, y0, x1, y1] = this.span(b.x, b.y, b.x + b.w, b.y + b.h)
    // an object over very many cells would cost more to file than to test
    if ((x1 - x0 + 1) * (y1 - y0 + 1) > 256) { this.large.push(entry); return }
    for (let x = x0; x <= x1; x++) for (let y = y0; y <= y1; y++) {
      const key = `${x},${y}`
      const list = this.cells.get(key)
      if (list) list.push(entry)
      else this.cells.set(key, [entry])
    }
  }
  /** What may lie within `slack` of the point, topmost (last added) first. */
  near(px: number, py: number, slack: number): T[] {
    const [x0, y0, x1, y1] = this.span(px - slack, py - slack, px + slack, py + slack)
    const found = new Set(this.large)
    for (let x = x0; x <= x1; x++) for (let y = y0; y <= y1; y++) for (const e of this.cells.get(`${x},${y}`) ?? []) found.add(e)
    return [...found]
      .filter(({ b }) => px >= b.x - slack && px <= b.x + b.w + slack && py >= b.y - slack && py <= b.y + b.h + slack)
      .sort((a, b) => b.order - a.order)
      .map((e) => e.item)
  }
  private span(x0: number, y0: number, x1: number, y1: number) {
    const f = (n: number) => Math.floor(n / this.cell)
    return [f(x0), f(y0), f(x1), f(y1)] as const
  }
}
