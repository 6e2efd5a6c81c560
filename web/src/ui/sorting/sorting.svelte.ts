/** Putting a list in another order: rows dragged by a grip, or moved with Alt and the arrow keys. */

export class Sorting {
  /** The row in the hand and the row under it; null while nothing is dragged. */
  from = $state<number | null>(null)
  over = $state<number | null>(null)
  readonly #onmove: (from: number, to: number) => void

  constructor(onmove: (from: number, to: number) => void) {
    this.#onmove = onmove
  }

  /** Attributes of the grip of row `index`. */
  grip(index: number) {
    return {
      draggable: true,
      ondragstart: (event: DragEvent) => {
        event.stopPropagation()
        event.dataTransfer?.setData('text/plain', String(index))
        this.from = index
      },
      ondragend: () => this.#end(),
      onkeydown: (event: KeyboardEvent) => this.#key(event, index),
    }
  }

  /** Attributes of row `index`. */
  row(index: number) {
    return {
      ondragover: (event: DragEvent) => {
        if (this.from === null) return
        event.preventDefault()
        event.stopPropagation()
        this.over = index
      },
      ondrop: (event: DragEvent) => {
        if (this.from === null) return
        event.preventDefault()
        event.stopPropagation()
        if (this.from !== index) this.#onmove(this.from, index)
        this.#end()
      },
    }
  }

  /** Where the dropped row would land at row `index`: above it, below it, or elsewhere. */
  mark(index: number): 'above' | 'below' | null {
    if (this.from === null || this.over !== index || this.from === index) return null
    return this.from > index ? 'above' : 'below'
  }

  #key(event: KeyboardEvent, index: number): void {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    this.#onmove(index, index + (event.key === 'ArrowUp' ? -1 : 1))
  }

  #end(): void {
    this.from = null
    this.over = null
  }
}
