/** Keys: every action, the keys it has by default, and what a person made of them.
 *
 * Keys are written `Ctrl+Shift+Z`; alternatives stand apart by a space, keys pressed one after the other by a comma.
 */
import { isDrawn, tools } from '@/canvas/tool'

export type Scope = 'all' | 'image' | 'text' | 'form' | 'review' | 'audit'
export interface Action {
  readonly action: string
  readonly keys: string
  readonly title: string
  readonly scope: Scope
}
export type Shortcuts = Readonly<Record<string, string>>

const action = (name: string, keys: string, title: string, scope: Scope = 'all'): Action => ({
  action: name,
  keys,
  title,
  scope,
})

export const ACTIONS: readonly Action[] = [
  action('submit', 'Ctrl+Enter', 'Submit and next; in a review: accept'),
  action('skip', 'Ctrl+Space', 'Skip, with a reason'),
  action('next_task', 'Ctrl+ArrowRight', 'Next task'),
  action('previous_task', 'Ctrl+ArrowLeft', 'Previous task'),
  action('undo', 'Ctrl+Z', 'Undo; in labelling also in the last 10 tasks'),
  action('redo', 'Ctrl+Shift+Z Ctrl+Y', 'Redo'),
  action('delete', 'Delete Backspace', 'Delete the object'),
  action('duplicate', 'Ctrl+D', 'Duplicate the object'),
  action('copy', 'Ctrl+C', 'Copy the object'),
  action('paste', 'Ctrl+V', 'Paste at the cursor'),
  action('cancel', 'Escape', 'Cancel, or let go of the object'),
  action('next_object', 'Tab', 'Next object'),
  action('previous_object', 'Shift+Tab', 'Previous object'),
  action('attribute_mode', 'A', 'Attribute mode: Tab walks and zooms, digits answer'),
  action('toggle_flag', 'Q', "Switch the object's first yes/no"),
  action('single', 'Shift+S', 'One object an item: the next task comes as soon as it is drawn'),
  action('hide', 'H', 'Hide or show the object'),
  action('lock', 'L', 'Lock or unlock the object'),
  action('hide_all', 'T,H', 'Hide or show all objects'),
  action('solo', 'Shift+H', 'Show one label only, or all again'),
  action('lock_all', 'T,L', 'Lock or unlock all objects'),
  action('find_label', '/', 'Find a label'),
  action('questions', 'J', 'To the questions about the item, which digits answer; Esc goes back'),
  action('keys', '?', 'All keys'),
  action('select_tool', 'V', 'Select', 'image'),
  ...[...tools.values()]
    .filter((tool) => tool.key)
    .map((tool) => action(`tool_${tool.kind}`, tool.key.toUpperCase(), tool.title, 'image')),
  ...[...tools.values()].flatMap((tool) => {
    const option = isDrawn(tool) ? tool.option : undefined
    return option ? [action(`option_${tool.kind}`, option.key, option.title, 'image')] : []
  }),
  action('repeat', 'F', 'Repeat the last shape at the cursor', 'image'),
  action('cut', 'K', 'Cut the object: along a line, or an area out of it', 'image'),
  action('join', 'M', 'Join the object with another of its label', 'image'),
  action('raise', '+ =', 'Bring the object forward', 'image'),
  action('lower', '-', 'Send the object back', 'image'),
  action('fit', '0 Home', 'Fit the image', 'image'),
  action('end_later', 'Alt+ArrowRight', "Move the span's end forward", 'text'),
  action('end_earlier', 'Alt+ArrowLeft', "Move the span's end back", 'text'),
  action('start_later', 'Alt+Shift+ArrowRight', "Move the span's start forward", 'text'),
  action('start_earlier', 'Alt+Shift+ArrowLeft', "Move the span's start back", 'text'),
  action('comment', 'C', 'Comment on the object', 'review'),
  action('return', 'Ctrl+Backspace', 'Return the answers', 'review'),
  action('next_difference', 'N', 'Next difference', 'review'),
  action('view', 'S', 'Merged, over each other, side by side', 'review'),
  action('wrong', 'Y', 'Yes, the dataset is wrong', 'audit'),
  action('right', 'N', 'No, the dataset is right', 'audit'),
]

/** Keys that are the same for everybody. */
export const FIXED_KEYS: readonly { keys: string; title: string }[] = [
  { keys: '1 … 9 0', title: 'Label 1 to 10, and its tool; in attribute mode the option' },
  { keys: 'Shift+1 … 0', title: 'Label 11 to 20' },
  { keys: 'Ctrl+1 … 0, Alt+1 … 0', title: 'Relabel the object' },
  { keys: 'Shift+click on two vertices', title: 'A new border from one to the other' },
  { keys: 'Alt+click on a vertex', title: 'Take the vertex away' },
  { keys: 'Ctrl while drawing', title: 'Fall on the neighbours’ vertices and borders' },
  { keys: 'Shift while selecting text', title: 'Single characters, not whole words' },
  { keys: 'Space', title: 'Hold to pan the image' },
  { keys: 'Enter', title: 'Close a polygon; submit where all is choices' },
  { keys: 'Arrows', title: 'Move the object, or the caret in a text' },
  { keys: 'Shift+Arrows', title: 'Move further, or select text' },
]

export interface KeyLike {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

/** One key press in the words of the table; Shift is named only where it does not make another character. */
export function chordOf(event: KeyLike): string {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1]
  const latin = /^[a-z]$/i.test(event.key) ? event.key : /^[^\x00-\x7f]$/.test(event.key) ? letterOf(event.code) : ''
  const base = digit ?? (latin ? latin.toUpperCase() : event.key === ' ' ? 'Space' : event.key)
  const namesShift = event.shiftKey && (Boolean(digit) || Boolean(latin) || base.length > 1)
  const held = [event.ctrlKey || event.metaKey ? 'Ctrl' : '', event.altKey ? 'Alt' : '', namesShift ? 'Shift' : '']
  return [...held.filter(Boolean), base].join('+')
}

/** The letter on the key of a keyboard that writes another script. */
const letterOf = (code: string): string => /^Key([A-Z])$/.exec(code)?.[1] ?? ''

/** `1` to `0` are labels 1 to 10, with Shift 11 to 20; with Ctrl or Alt they relabel. */
export function digitOf(chord: string): { act: 'label' | 'relabel'; number: number } | null {
  const found = /^(Ctrl\+|Alt\+)?(Shift\+)?(\d)$/.exec(chord)
  if (!found) return null
  const number = (Number(found[3]) || 10) + (found[2] ? 10 : 0)
  return { act: found[1] ? 'relabel' : 'label', number }
}

export function keysOf(name: string, shortcuts: Shortcuts): string {
  return shortcuts[name] ?? ACTIONS.find((one) => one.action === name)?.keys ?? ''
}

const WORDS: Record<string, string> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Enter: '↵',
  Escape: 'Esc',
  Delete: 'Del',
  Shift: '⇧',
}

/** The first of the keys, as it stands on a key cap. */
export function keyCap(keys: string): string {
  const first = keys.split(' ')[0] ?? ''
  return first
    .split(',')
    .map((chord) =>
      chordParts(chord)
        .map((part) => WORDS[part] ?? part)
        .join(' '),
    )
    .join(' then ')
}

const chordParts = (chord: string): string[] => (chord === '+' ? ['+'] : chord.split('+'))

const meet = (a: Scope, b: Scope): boolean => a === b || a === 'all' || b === 'all' || isOver(a, b) || isOver(b, a)
/** A review and an audit happen over a picture or a text. */
const isOver = (a: Scope, b: Scope): boolean =>
  (a === 'review' || a === 'audit') && (b === 'image' || b === 'text' || b === 'form')

/** Actions that the same keys would start, in pairs; the table as shipped has none. */
export function conflicts(shortcuts: Shortcuts): { keys: string; actions: [string, string] }[] {
  const found: { keys: string; actions: [string, string] }[] = []
  ACTIONS.forEach((one, i) => {
    for (const other of ACTIONS.slice(i + 1)) {
      if (!meet(one.scope, other.scope)) continue
      const theirs = new Set(keysOf(other.action, shortcuts).split(' ').filter(Boolean))
      const keys = keysOf(one.action, shortcuts)
        .split(' ')
        .find((chord) => theirs.has(chord))
      if (keys) found.push({ keys, actions: [one.action, other.action] })
    }
  })
  return found
}

const SEQUENCE_MS = 1200

/** Reads key presses into actions; knows a sequence that was begun. */
export class KeyReader {
  private readonly byKeys = new Map<string, string>()
  private begun = ''
  private begunAt = 0

  constructor(shortcuts: Shortcuts, scopes: readonly Scope[]) {
    for (const { action: name, scope } of ACTIONS) {
      if (scope !== 'all' && !scopes.includes(scope)) continue
      for (const keys of keysOf(name, shortcuts).split(' ')) if (keys) this.byKeys.set(keys, name)
    }
  }

  /** The action of this press; '' when it begins a sequence; null when it means nothing here. */
  read(chord: string, nowMs: number): string | '' | null {
    const sequence = this.begun && nowMs - this.begunAt < SEQUENCE_MS ? `${this.begun},${chord}` : ''
    this.begun = ''
    const ended = this.byKeys.get(sequence)
    if (ended) return ended
    const starts = [...this.byKeys.keys()].some((keys) => keys.startsWith(`${chord},`))
    if (starts) {
      this.begun = chord
      this.begunAt = nowMs
      return ''
    }
    return this.byKeys.get(chord) ?? null
  }
}
