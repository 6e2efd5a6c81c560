/** Formulas set as people read them; what cannot be set stays as it was written. Loaded where there is one. */
import katex from 'katex'
import 'katex/dist/katex.min.css'

export function typeset(formula: HTMLElement): void {
  const tex = formula.textContent
  const isApart = formula.classList.contains('apart')
  const held = document.createElement('span')
  try {
    // `trust` off: no addresses, no foreign classes; the bounds keep one formula from filling page or memory
    katex.render(tex, held, { displayMode: isApart, trust: false, strict: 'ignore', maxExpand: 500, maxSize: 20 })
  } catch (error) {
    formula.title = error instanceof Error ? error.message : String(error)
    formula.classList.replace('formula', 'unset')
    return
  }
  held.className = isApart ? 'set apart' : 'set'
  held.dir = 'ltr'
  formula.replaceWith(held)
}
