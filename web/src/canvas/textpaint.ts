/** Colours behind the words, by the browser's own highlights where it has them: no element per span. */

/** One colour's two strengths: spans at rest and the one that is selected. */
const REST_PERCENT = 22
const ACTIVE_PERCENT = 45

export const hasHighlights = (): boolean => typeof Highlight !== 'undefined' && 'highlights' in CSS

export const tint = (color: string, isActive: boolean): string =>
  `color-mix(in srgb, ${color} ${isActive ? ACTIVE_PERCENT : REST_PERCENT}%, transparent)`

/** The highlights of one view. Made with the view, dropped with it. */
export class Paint {
  private readonly sheet = document.createElement('style')
  private readonly names = new Map<string, string>()
  private static made = 0

  constructor() {
    document.head.append(this.sheet)
  }

  /** Paints a range; the answer takes the paint away. */
  add(range: Range, color: string, isActive: boolean): () => void {
    if (!hasHighlights()) return () => undefined
    const highlight = CSS.highlights.get(this.nameOf(color, isActive))
    highlight?.add(range)
    return () => highlight?.delete(range)
  }

  drop(): void {
    if (hasHighlights()) for (const name of this.names.values()) CSS.highlights.delete(name)
    this.sheet.remove()
  }

  private nameOf(color: string, isActive: boolean): string {
    const key = `${color}${isActive ? ' active' : ''}`
    const known = this.names.get(key)
    if (known) return known
    const name = `span-${Paint.made++}`
    const highlight = new Highlight()
    if (isActive) highlight.priority = 1
    CSS.highlights.set(name, highlight)
    this.names.set(key, name)
    this.sheet.append(`::highlight(${name}) { background-color: ${tint(color, isActive)} }\n`)
    return name
  }
}
