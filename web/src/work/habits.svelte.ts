/** How a person likes to work; kept in this browser, for each person apart. */

interface Kept {
  readonly options: readonly string[]
  readonly is_single: boolean
  readonly brush_px: number
  readonly is_exact: boolean
}
const PLAIN: Kept = { options: [], is_single: false, brush_px: 24, is_exact: false }
const LEAST_BRUSH = 0.5,
  LARGEST_BRUSH = 1000,
  BRUSH_STEP = 1.25

export class Habits {
  /** Kinds that are drawn in their tool's other way. */
  options = $state.raw<ReadonlySet<string>>(new Set())
  /** One object an item: the next task comes as soon as it is drawn. */
  isSingle = $state(false)
  /** Radius of the brush, in image pixels. */
  brush_px = $state(PLAIN.brush_px)
  /** In a text single characters are taken, not whole words. */
  isExact = $state(false)
  private readonly place: string

  constructor(personId: string) {
    this.place = `goldsmith.habits.${personId}`
    const kept = load(this.place)
    this.options = new Set(kept.options)
    this.isSingle = kept.is_single
    this.brush_px = kept.brush_px
    this.isExact = kept.is_exact
  }

  toggleOption(kind: string): void {
    const next = new Set(this.options)
    if (!next.delete(kind)) next.add(kind)
    this.options = next
    this.keep()
  }

  /** Another way of painting a kind, or back to the brush: with no way, or the one that is on. */
  takeWay(kind: string, way: string): void {
    const own = `${kind}:${way}`
    const isOn = way !== '' && !this.options.has(own)
    const others = [...this.options].filter((one) => !one.startsWith(`${kind}:`))
    this.options = new Set(isOn ? [...others, own] : others)
  }

  sizeBrush(by: 1 | -1): void {
    const next = this.brush_px * BRUSH_STEP ** by
    this.brush_px = Math.round(Math.min(LARGEST_BRUSH, Math.max(LEAST_BRUSH, next)) * 10) / 10
    this.keep()
  }

  toggleSingle(): void {
    this.isSingle = !this.isSingle
    this.keep()
  }

  toggleExact(): void {
    this.isExact = !this.isExact
    this.keep()
  }

  private keep(): void {
    const options = [...this.options].filter((one) => !one.includes(':')) // each visit begins with the brush
    const kept: Kept = { options, is_single: this.isSingle, brush_px: this.brush_px, is_exact: this.isExact }
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
