/** Undo over immutable snapshots; snapshots share what did not change. */
export class History<T> {
  private past: T[] = []
  private future: T[] = []
  now: T
  private limit: number
  constructor(start: T, limit = 500) { this.now = start; this.limit = limit }
  push(next: T) {
    this.past.push(this.now)
    if (this.past.length > this.limit) this.past.shift()
    this.future = []
    this.now = next
  }
  undo(): boolean {
    if (!this.past.length) return false
    this.future.push(this.now)
    this.now = this.past.pop()!
    return true
  }
  redo(): boolean {
    if (!this.future.length) return false
    this.past.push(this.now)
    this.now = this.future.pop()!
    return true
  }
  get canUndo() { return this.past.length > 0 }
  get canRedo() { return this.future.length > 0 }
}
