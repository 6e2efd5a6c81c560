/** Undo over immutable snapshots; snapshots share what did not change. */
export class History<T> {
  private past: T[] = []
  private future: T[] = []
  now: T
  private readonly limit: number

  constructor(start: T, limit = 500) {
    this.now = start
    this.limit = limit
  }

  push(next: T) {
    this.past.push(this.now)
    if (this.past.length > this.limit) this.past.shift()
    this.future = []
    this.now = next
  }

  /** False when there is nothing to undo. */
  undo(): boolean {
    return this.move(this.past, this.future)
  }
  redo(): boolean {
    return this.move(this.future, this.past)
  }
  get canUndo() {
    return this.past.length > 0
  }
  get canRedo() {
    return this.future.length > 0
  }

  private move(from: T[], to: T[]): boolean {
    if (!from.length) return false
    to.push(this.now)
    this.now = from.pop() as T
    return true
  }
}
