/** What a person has said and not sent yet: kept in this browser, by person, as machines are shared. */

const DAYS_KEPT = 30
const PREFIX = 'goldsmith:notes:'

interface Kept<T> {
  readonly at_ms: number
  readonly said: T
}

export class Notes<T> {
  private readonly prefix: string

  constructor(
    personId: string,
    private readonly storage: Storage = localStorage,
    private readonly nowMs: () => number = Date.now,
  ) {
    this.prefix = `${PREFIX}${personId}:`
    this.forgetOld()
  }

  /** What was kept about this, or null. */
  read(about: string): T | null {
    return this.kept(this.prefix + about)?.said ?? null
  }

  /** Keeps it; where the browser keeps nothing more, it stays on the page only. */
  write(about: string, said: T): void {
    try {
      this.storage.setItem(this.prefix + about, JSON.stringify({ at_ms: this.nowMs(), said } satisfies Kept<T>))
    } catch {
      // full, or a private window
    }
  }

  drop(about: string): void {
    this.storage.removeItem(this.prefix + about)
  }

  private kept(key: string): Kept<T> | null {
    try {
      return JSON.parse(this.storage.getItem(key) ?? 'null') as Kept<T> | null
    } catch {
      return null
    }
  }

  /** Tasks that others decided would leave their notes for ever; anybody's, as they may not come back. */
  private forgetOld(): void {
    const oldest = this.nowMs() - DAYS_KEPT * 24 * 3_600_000
    const keys = Array.from({ length: this.storage.length }, (_, i) => this.storage.key(i) ?? '')
    for (const key of keys.filter((one) => one.startsWith(PREFIX))) {
      if ((this.kept(key)?.at_ms ?? 0) < oldest) this.storage.removeItem(key)
    }
  }
}
