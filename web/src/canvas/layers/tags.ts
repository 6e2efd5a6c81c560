/** Which tags are shown: one gives way where another stands already, so that a crowd stays legible and cheap. */
import type { Bounds } from '../geometry'

const CELL_W = 24,
  CELL_H = 20

export class TagPlaces {
  private readonly places = new Map<string, Bounds>()
  private readonly taken = new Map<number, string>()

  get(id: string): Bounds | undefined {
    return this.places.get(id)
  }

  /** False where another tag stands. */
  claim(id: string, at: Bounds): boolean {
    this.release(id)
    const cells = cellsOf(at)
    if (cells.some((cell) => this.taken.has(cell))) return false
    for (const cell of cells) this.taken.set(cell, id)
    this.places.set(id, at)
    return true
  }

  release(id: string) {
    const at = this.places.get(id)
    if (!at) return
    for (const cell of cellsOf(at)) this.taken.delete(cell)
    this.places.delete(id)
  }

  clear() {
    this.places.clear()
    this.taken.clear()
  }
}

function cellsOf({ x, y, w, h }: Bounds): number[] {
  const cells: number[] = []
  const right = Math.floor((x + w - 1) / CELL_W),
    bottom = Math.floor((y + h - 1) / CELL_H)
  for (let i = Math.floor(x / CELL_W); i <= right; i++)
    for (let j = Math.floor(y / CELL_H); j <= bottom; j++) cells.push(i * 65536 + j)
  return cells
}
