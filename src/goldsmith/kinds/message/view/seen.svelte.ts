/** Which parts of a long list have come near what is seen: only these are drawn whole, and they stay so. */
import { SvelteSet } from 'svelte/reactivity'
import type { Attachment } from 'svelte/attachments'

const NEAR = '1200px 0px'

export class Seen {
  private readonly parts = new SvelteSet<number>()
  private readonly numberOf = new WeakMap<Element, number>()
  private observer: IntersectionObserver | null = null

  has(part: number): boolean {
    return this.parts.has(part)
  }

  /** Looks after one part for as long as it is on the page. */
  part(number: number): Attachment<HTMLElement> {
    return (element) => {
      this.observer ??= new IntersectionObserver((entries) => this.look(entries), {
        root: scrollerOf(element),
        rootMargin: NEAR,
      })
      this.numberOf.set(element, number)
      this.observer.observe(element)
      return () => this.observer?.unobserve(element)
    }
  }

  private look(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue
      this.parts.add(this.numberOf.get(target) ?? 0)
      this.observer?.unobserve(target)
    }
  }
}

/** What scrolls the element; null: the page itself. A margin counts only there. */
function scrollerOf(element: HTMLElement): HTMLElement | null {
  for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at
  }
  return null
}

/** The list in parts of `size`, the last one shorter. */
export const inParts = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size))
