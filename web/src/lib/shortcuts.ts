/** Keys: every action, the keys it has by default, and what a person made of them.
 *
 * Keys are written `Ctrl+Shift+Z`; alternatives stand apart by a space, keys pressed one after the other by a comma.
 */
import { isDrawn, kindTitle, optionTitle, tools, wayTitle } from '@/canvas/tool'
import { say, sayOr, type Key } from './language.svelte'

export type Scope = 'all' | 'image' | 'text' | 'form' | 'review' | 'audit' | 'grid'
export interface Action {
  readonly action: string
  readonly keys: string
  readonly scope: Scope
}
export type Shortcuts = Readonly<Record<string, string>>

const action = (name: string, keys: string, scope: Scope = 'all'): Action => ({ action: name, keys, scope })

export const ACTIONS: readonly Action[] = [
  action('submit', 'Ctrl+Enter'),
  action('skip', 'Ctrl+Space'),
  action('next_task', 'Ctrl+ArrowRight'),
  action('previous_task', 'Ctrl+ArrowLeft'),
  action('undo', 'Ctrl+Z'),
  action('redo', 'Ctrl+Shift+Z Ctrl+Y'),
  action('delete', 'Delete Backspace'),
  action('duplicate', 'Ctrl+D'),
  action('copy', 'Ctrl+C'),
  action('paste', 'Ctrl+V'),
  action('cancel', 'Escape'),
  action('next_object', 'Tab'),
  action('previous_object', 'Shift+Tab'),
  action('attribute_mode', 'A'),
  action('toggle_flag', 'Q'),
  action('toggle_second_flag', 'Shift+Q'),
  action('single', 'Shift+S'),
  action('take_suggestion', 'Z'),
  action('take_sure', 'Shift+Z'),
  action('drop_suggestion', 'Alt+Z'),
  action('next_suggestion', 'Shift+D'),
  action('suggestions', 'Alt+S'),
  action('group', 'G'),
  action('relate', 'R', 'text'),
  action('relate_shapes', 'U', 'image'),
  action('part', 'E', 'text'),
  action('characters', 'Shift+W', 'text'),
  action('hide', 'H'),
  action('lock', 'L'),
  action('hide_all', 'T,H'),
  action('solo', 'Shift+H'),
  action('lock_all', 'T,L'),
  action('find_label', '/'),
  action('questions', 'J'),
  action('keys', '?'),
  action('select_tool', 'V', 'image'),
  ...[...tools.values()]
    .filter((tool) => tool.key)
    .map((tool) => action(`tool_${tool.kind}`, tool.key.length > 1 ? tool.key : tool.key.toUpperCase(), 'image')),
  ...[...tools.values()].flatMap((tool) => {
    const option = isDrawn(tool) ? tool.option : undefined
    return option ? [action(`option_${tool.kind}`, option.key, 'image')] : []
  }),
  ...[...tools.values()].flatMap((tool) => {
    const ways = isDrawn(tool) ? (tool.painter?.ways ?? []) : []
    return ways.map(({ name, key }) => action(`way_${tool.kind}_${name}`, key, 'image'))
  }),
  action('assist_wand', 'W', 'image'),
  action('assist_wire', 'D', 'image'),
  action('assist_model', 'Shift+W', 'image'),
  action('assist_everywhere', 'Alt+W', 'image'),
  action('convert', 'Shift+M', 'image'),
  action('brush_smaller', '[', 'image'),
  action('brush_larger', ']', 'image'),
  action('repeat', 'F', 'image'),
  action('repeat_answer', 'Shift+V', 'image'),
  action('cut', 'K', 'image'),
  action('join', 'M', 'image'),
  action('raise', '+ =', 'image'),
  action('lower', '-', 'image'),
  action('fit', '0 Home', 'image'),
  action('end_later', 'Alt+ArrowRight', 'text'),
  action('end_earlier', 'Alt+ArrowLeft', 'text'),
  action('start_later', 'Alt+Shift+ArrowRight', 'text'),
  action('start_earlier', 'Alt+Shift+ArrowLeft', 'text'),
  action('comment', 'C', 'review'),
  action('return', 'Ctrl+Backspace', 'review'),
  action('escalate', 'Shift+E', 'review'),
  action('next_difference', 'N', 'review'),
  action('view', 'S', 'review'),
  action('wrong', 'Y', 'audit'),
  action('right', 'N', 'audit'),
  action('grid_accept', 'A', 'grid'),
  action('grid_reject', 'X', 'grid'),
  action('grid_next', 'Space', 'grid'),
  action('grid_question', 'F', 'grid'),
  action('grid_all', 'Ctrl+A', 'grid'),
  action('grid_closer', 'Enter', 'grid'),
]

/** What works everywhere and in the grid too; the rest is about one task on the screen. */
const IN_GRID: readonly string[] = ['submit', 'skip', 'undo', 'redo', 'cancel', 'keys']

/** The actions that there are where these scopes hold. */
export function actionsIn(scopes: readonly Scope[]): readonly Action[] {
  const isGrid = scopes.includes('grid')
  return ACTIONS.filter(({ action: name, scope }) =>
    scope === 'all' ? !isGrid || IN_GRID.includes(name) : scopes.includes(scope),
  )
}

/** What an action does, in the reader's language. */
export function titleOf(name: string): string {
  const [, painted = '', way = ''] = /^way_(.+)_([^_]+)$/.exec(name) ?? []
  if (way) return wayTitle(painted, way)
  const [, sort, kind = ''] = /^(tool|option)_(.+)$/.exec(name) ?? []
  if (sort === 'tool') return kindTitle(kind)
  return sort ? optionTitle(kind) : sayOr(`action.${name}`, name)
}

/** Keys that are the same for everybody: what they do, and how they are written where that is not a sentence. */
const FIXED_KEYS: readonly (readonly [does: Key, keys: string | { said: Key }])[] = [
  ['hand.label', '1 … 9 0'],
  ['hand.label_further', 'Shift+1 … 0'],
  ['hand.relabel', 'Ctrl+1 … 0, Alt+1 … 0'],
  ['hand.border', { said: 'hand.border.keys' }],
  ['hand.vertex', { said: 'hand.vertex.keys' }],
  ['hand.snap', { said: 'hand.snap.keys' }],
  ['hand.characters', { said: 'hand.characters.keys' }],
  ['hand.part', { said: 'hand.part.keys' }],
  ['hand.pan', 'Space'],
  ['hand.enter', 'Enter'],
  ['hand.arrows', { said: 'hand.arrows.keys' }],
  ['hand.next_vertex', '. ,'],
  ['hand.mark', 'X'],
  ['hand.swap', 'Alt+X'],
  ['hand.turn', '< >, Alt+< >'],
  ['hand.further', { said: 'hand.further.keys' }],
]
const GRID_KEYS: typeof FIXED_KEYS = [
  ['hand.grid_label', '1 … 9 0'],
  ['hand.label_further', 'Shift+1 … 0'],
  ['hand.grid_arrows', { said: 'hand.arrows.keys' }],
  ['hand.grid_range', { said: 'hand.further.keys' }],
]

/** The keys that nobody can change, in the reader's language. */
export function fixedKeys(scopes: readonly Scope[] = []): { keys: string; title: string }[] {
  return (scopes.includes('grid') ? GRID_KEYS : FIXED_KEYS).map(([does, keys]) => ({
    keys: typeof keys === 'string' ? keys : say(keys.said),
    title: say(does),
  }))
}

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
        .map((part) => (part === 'Space' ? say('keys.space') : (WORDS[part] ?? part)))
        .join(' '),
    )
    .join(` ${say('keys.then')} `)
}

const chordParts = (chord: string): string[] => (chord === '+' ? ['+'] : chord.split('+'))

/** A review's own key goes before a tool's: there the tool is taken by its label's digit. */
const isGivenUp = (one: Action, other: Action): boolean =>
  one.action.startsWith('tool_') && isOver(other.scope, one.scope)

function meet(one: Action, other: Action): boolean {
  const [a, b] = [one.scope, other.scope]
  if (a === 'grid' || b === 'grid') return [one, other].every(({ action: name, scope }) => scope === 'grid' || IN_GRID.includes(name))
  return a === b || a === 'all' || b === 'all' || isOver(a, b) || isOver(b, a)
}
/** A review and an audit happen over a picture or a text. */
const isOver = (a: Scope, b: Scope): boolean =>
  (a === 'review' || a === 'audit') && (b === 'image' || b === 'text' || b === 'form')

/** Actions that the same keys would start, in pairs; the table as shipped has none. */
export function conflicts(shortcuts: Shortcuts): { keys: string; actions: [string, string] }[] {
  const found: { keys: string; actions: [string, string] }[] = []
  ACTIONS.forEach((one, i) => {
    for (const other of ACTIONS.slice(i + 1)) {
      if (!meet(one, other) || isGivenUp(one, other) || isGivenUp(other, one)) continue
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
    for (const { action: name } of actionsIn(scopes)) {
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
