/** A list that is read page by page as one scrolls, and that keeps only the pages near the eye. */

export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

interface Held<T> {
  readonly after: string | null // the keyset cursor that this page starts behind
  items: readonly T[] | null // null: let go; its cursor fetches it again
  count: number
}

export class Pager<T> {
  readonly size: number
  readonly #fetch: (after: string | null, limit: number) => Promise<Page<T>>
  readonly #keep: number
  #pages: Held<T>[] = []
  #underWay = new Map<number, Promise<void>>()
  #nextCursor: string | null = null

  /** How many entries are known to exist; more may follow until `isComplete`. */
  known = 0
  isComplete = false

  /** `keep`: how many pages stay in memory. */
  constructor(fetch: (after: string | null, limit: number) => Promise<Page<T>>, size = 100, keep = 40) {
    this.#fetch = fetch
    this.size = size
    this.#keep = keep
  }

  /** The entry at `index`, where it is in memory. */
  at(index: number): T | null {
    return this.#pages[Math.floor(index / this.size)]?.items?.[index % this.size] ?? null
  }

  /** Brings in what is missing of [from, to), and the page behind the known end where `to` comes near it. */
  async ensure(from: number, to: number): Promise<void> {
    const last = Math.floor(Math.max(0, to - 1) / this.size)
    for (let page = Math.floor(from / this.size); page <= last && page < this.#pages.length; page++) {
      if (!this.#pages[page]?.items) await this.#bring(page)
    }
    if (!this.isComplete && to + this.size / 2 >= this.known) await this.#bring(this.#pages.length)
    this.#letGo(Math.floor((from + to) / 2 / this.size))
  }

  /** Puts `entry` in the place of those that `isSame` finds, so that a change shows at once. */
  replace(change: (entry: T) => T): void {
    for (const page of this.#pages) if (page.items) page.items = page.items.map(change)
  }

  /** Where the first entry that fits stands, among those in memory; -1 where it is not. */
  find(fits: (entry: T) => boolean): number {
    for (const [number, page] of this.#pages.entries()) {
      const at = page.items?.findIndex(fits) ?? -1
      if (at >= 0) return number * this.size + at
    }
    return -1
  }

  /** One call a page, however many ask for it. */
  #bring(number: number): Promise<void> {
    const running = this.#underWay.get(number)
    if (running) return running
    const call = this.#read(number).finally(() => this.#underWay.delete(number))
    this.#underWay.set(number, call)
    return call
  }

  async #read(number: number): Promise<void> {
    const held = this.#pages[number]
    const after = held ? held.after : this.#nextCursor
    const { items, next } = await this.#fetch(after, this.size)
    if (held) {
      held.items = items.slice(0, held.count)
      return
    }
    this.#pages[number] = { after, items, count: items.length }
    this.#nextCursor = next
    this.isComplete = next === null
    this.known = number * this.size + items.length
  }

  #letGo(middle: number): void {
    const far = this.#keep / 2
    for (const [number, page] of this.#pages.entries()) if (Math.abs(number - middle) > far) page.items = null
  }
}
