/** The canvas' own keys: those that act on what is drawn or selected. Everything else is the workbench's. */

export type KeyAct =
  | { readonly act: 'nudge'; readonly dx: number; readonly dy: number; readonly grows: boolean }
  | { readonly act: 'turn'; readonly degrees: number }
  | { readonly act: 'walk'; readonly by: 1 | -1 }
  | { readonly act: 'mark' | 'swap' | 'enter' | 'back' | 'cancel' | 'delete' | 'hold-pan' }

interface Pressed {
  readonly key: string
  readonly code: string
  readonly shiftKey: boolean
  readonly altKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
}

const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

export function keyAct(e: Pressed): KeyAct | null {
  if (e.ctrlKey || e.metaKey) return null
  const arrow = ARROWS[e.key]
  if (arrow)
    return { act: 'nudge', dx: arrow[0] * (e.shiftKey ? 10 : 1), dy: arrow[1] * (e.shiftKey ? 10 : 1), grows: e.altKey }
  if (e.key === '<' || e.key === '>') return { act: 'turn', degrees: (e.key === '<' ? -1 : 1) * (e.altKey ? 1 : 5) }
  if (e.code === 'KeyX' && !e.shiftKey) return { act: e.altKey ? 'swap' : 'mark' }
  if (e.altKey) return null
  switch (e.key) {
    case '.':
      return { act: 'walk', by: 1 }
    case ',':
      return { act: 'walk', by: -1 }
    case 'Enter':
      return { act: 'enter' }
    case 'Backspace':
      return { act: 'back' }
    case 'Delete':
      return { act: 'delete' }
    case 'Escape':
      return { act: 'cancel' }
  }
  return e.code === 'Space' && !e.shiftKey ? { act: 'hold-pan' } : null
}
