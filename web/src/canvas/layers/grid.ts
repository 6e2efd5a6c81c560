/** A uniform grid over bounds: a question about a place looks only at the cells there. */
import { touches, type Bounds } from '../geometry'

interface Filed<T> {
  item: T
  bounds: Bounds
  cells: number[] | null
}

/** An item over more cells than this costs more to file than to test each time. */
const MANY_CELLS = 256
const ROW = 1 << 20,
  HALF = 1 << 19

export class GridIndex<T> {
  private readonly filed = new Map<T, Filed<T>>()
  private readonly cells = new Map<number, Set<Filed<T>>>()
  private readonly large = new Set<Filed<T>>()
  private readonly cell_px: number

  constructor(cell_px = 128) {
    this.cell_px = cell_px
  }

  get size() {
    return this.filed.size
  }

  /** Files the item, or moves it to its new place. */
  put(item: T, bounds: Bounds) {
    this.remove(item)
    const { x0, y0, x1, y1 } = this.span(bounds)
    const entry: Filed<T> = { item, bounds, cells: (x1 - x0 + 1) * (y1 - y0 + 1) > MANY_CELLS ? null : [] }
    this.filed.set(item, entry)
    if (!entry.cells) {
      this.large.add(entry)
      return
    }
    for (let x = x0; x <= x1; x++) for (let y = y0; y <= y1; y++) entry.cells.push(this.enter(x, y, entry))
  }

  remove(item: T) {
    const entry = this.filed.get(item)
    if (!entry) return
    this.filed.delete(item)
    this.large.delete(entry)
    for (const key of entry.cells ?? []) {
      const cell = this.cells.get(key)
      cell?.delete(entry)
      if (cell?.size === 0) this.cells.delete(key)
    }
  }

  /** Every item whose bounds touch the area, in no order. */
  within(area: Bounds): T[] {
    const { x0, y0, x1, y1 } = this.span(area)
    const found = new Set<T>()
    const look = (entry: Filed<T>) => {
      if (touches(entry.bounds, area)) found.add(entry.item)
    }
    this.large.forEach(look)
    if ((x1 - x0 + 1) * (y1 - y0 + 1) > this.cells.size) this.filed.forEach(look)
    else for (let x = x0; x <= x1; x++) for (let y = y0; y <= y1; y++) this.cells.get(key(x, y))?.forEach(look)
    return [...found]
  }

  private enter(x: number, y: number, entry: Filed<T>): number {
    const at = key(x, y)
    const cell = this.cells.get(at)
    if (cell) cell.add(entry)
    else this.cells.set(at, new Set([entry]))
    return at
  }

  private span({ x, y, w, h }: Bounds) {
    const f = (n: number) => Math.max(-HALF, Math.min(HALF - 1, Math.floor(n / this.cell_px)))
    return { x0: f(x), y0: f(y), x1: f(x + w), y1: f(y + h) }
  }
}

const key = (x: number, y: number) => (x + HALF) * ROW + (y + HALF)
