/** How a person likes to work; kept in this browser, for each person apart. */

interface Kept {
  readonly options: readonly string[]
  readonly is_single: boolean
}
const PLAIN: Kept = { options: [], is_single: false }

export class Habits {
  /** Kinds that are drawn in their tool's other way. */
  options = $state.raw<ReadonlySet<string>>(new Set())
  /** One object an item: the next task comes as soon as it is drawn. */
  isSingle = $state(false)
  private readonly place: string

  constructor(personId: string) {
    this.place = `goldsmith.habits.${personId}`
    const kept = load(this.place)
    this.options = new Set(kept.options)
    this.isSingle = kept.is_single
  }

  toggleOption(kind: string): void {
    const next = new Set(this.options)
    if (!next.delete(kind)) next.add(kind)
    this.options = next
    this.keep()
  }

  toggleSingle(): void {
    this.isSingle = !this.isSingle
    this.keep()
  }

  private keep(): void {
    const kept: Kept = { options: [...this.options], is_single: this.isSingle }
    try {
      localStorage.setItem(this.place, JSON.stringify(kept))
    } catch {
      /* a private window: they last as long as the page */
    }
  }
}

function load(place: string): Kept {
  try {
    return { ...PLAIN, ...(JSON.parse(localStorage.getItem(place) ?? '{}') as Partial<Kept>) }
  } catch {
    return PLAIN // storage is off in this browser, or holds something else
  }
}
