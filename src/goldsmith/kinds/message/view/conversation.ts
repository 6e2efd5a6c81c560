/** A conversation with branches, as a tree of messages. Pure: each act gives the next tree. */
import type { Message } from '@/generated/types'
import { newId, type Obj } from '@/lib/types'
import { messagesOf } from '@/ui/reading/messages'

/** A message as the editor holds it. */
export type Turn = Obj & Omit<Message, 'kind'>
export type Tree = readonly Turn[]

const BLANK = {
  kind: 'message',
  asset: '',
  attributes: {},
  text: '',
  parent: '',
  given: 0,
  original: null,
  reply: '',
  asked: '',
  shown: 0,
  model: '',
  version: '',
  finish: '',
  usage: null,
  rating: null,
  scale: 0,
  is_preferred: false,
  tie: '',
  is_current: false,
} as const

const ROLES: Readonly<Record<string, string>> = { human: 'user', gpt: 'assistant', model: 'assistant', ai: 'assistant', developer: 'system', function: 'tool' }
const KNOWN = ['system', 'user', 'assistant', 'tool']

const wholes = new WeakMap<Obj, Turn>()

/** The object with all that a message has; the same one each time, so that what did not change is not drawn anew. */
function whole(one: Obj): Turn {
  const known = wholes.get(one) ?? ({ ...BLANK, ...one } as Turn)
  wholes.set(one, known)
  wholes.set(known, known)
  return known
}

export const turn = (fields: Partial<Turn> & Pick<Turn, 'label' | 'text'>): Turn => whole({ id: newId(), ...fields } as Turn)

/** The conversation that the item brings, one message after the other; ids are the same at every look. */
export function givenTurns(fieldName: string, key: string, source: unknown): Turn[] {
  if (typeof source !== 'string' || !source.trim()) return []
  const idOf = (at: number): string => (at ? `given-${fieldName}-${at}` : '')
  const messages = messagesOf(source) ?? [{ role: 'user', text: source, calls: [], isResult: false }]
  return messages.map(({ role, text, calls }, at) => {
    const label = KNOWN.includes(role) ? role : (ROLES[role] ?? 'user')
    const called = calls.map(({ name, input }) => `\`${name}\`\n\n~~~\n${input}\n~~~`)
    const said = [text, ...called].filter(Boolean).join('\n\n') || '…'
    return turn({ id: idOf(at + 1), label, text: said, parent: idOf(at), given: at + 1, asset: key })
  })
}

/** What is held, and of the given conversation what is not held yet. */
export function treeOf(given: Tree, held: readonly Obj[]): Tree {
  if (!held.length) return given
  const ids = new Set(held.map(({ id }) => id))
  const lacking = given.filter(({ id }) => !ids.has(id))
  const turns = held.map(whole)
  return lacking.length ? [...lacking, ...turns] : turns
}

/** The messages by the id of the one that they follow. */
function childrenOf(tree: Tree): Map<string, Turn[]> {
  const children = new Map<string, Turn[]>()
  for (const one of tree) {
    const beside = children.get(one.parent ?? '')
    if (beside) beside.push(one)
    else children.set(one.parent ?? '', [one])
  }
  return children
}

/** The ids of the ways on from each message. */
export const waysOf = (tree: Tree): Map<string, string[]> =>
  new Map([...childrenOf(tree)].map(([parent, turns]) => [parent, turns.map(({ id }) => id)]))

/** From the first message to the end: at each branch the current one, else the last. */
export function pathOf(tree: Tree): Turn[] {
  const children = childrenOf(tree)
  const path: Turn[] = []
  let branches = children.get('')
  while (branches && path.length <= tree.length) {
    const next = branches.find(({ is_current }) => is_current) ?? branches.at(-1)
    if (!next) break
    path.push(next)
    branches = children.get(next.id)
  }
  return path
}

/** The replies that were asked for at once with this one, as they were shown. */
export function sidesOf(tree: Tree, one: Turn): Turn[] {
  if (!one.asked) return [one]
  const sides = tree.filter(({ asked, parent }) => asked === one.asked && parent === one.parent)
  return sides.toSorted((a, b) => (a.shown ?? 0) - (b.shown ?? 0))
}

/** Whether it is still to be said which of several replies is better, or that none is. */
export const isOpen = (sides: readonly Turn[]): boolean =>
  sides.length > 1 && !sides.some(({ is_preferred, tie }) => is_preferred || tie)

/** With the message changed; an unknown one changes nothing. */
export const changed = (tree: Tree, id: string, part: Partial<Turn>): Tree =>
  tree.map((one) => (one.id === id ? { ...one, ...part } : one))

/** The way leads over this message. */
export function switched(tree: Tree, id: string): Tree {
  const to = tree.find((one) => one.id === id)
  if (!to) return tree
  return tree.map((one) => {
    const isCurrent = one.id === id
    return one.parent === to.parent && Boolean(one.is_current) !== isCurrent ? { ...one, is_current: isCurrent } : one
  })
}

/** With further messages after `parent`; the way goes on with the last of them. */
export function added(tree: Tree, turns: readonly Turn[]): Tree {
  const last = turns.at(-1)
  return last ? switched([...tree, ...turns], last.id) : tree
}

/** The reply is the best of those beside it, and the way goes on with it; once more takes that back. */
export function preferred(tree: Tree, id: string): Tree {
  const best = tree.find((one) => one.id === id)
  if (!best) return tree
  const sides = new Set(sidesOf(tree, best).map((one) => one.id))
  const isTakenBack = best.is_preferred
  return switched(judged(tree, sides, (one) => (one.id === id && !isTakenBack ? 'best' : '')), id)
}

/** None of the replies is better: all are good, or all bad. The way goes on with the first; once more takes that back. */
export function tied(tree: Tree, id: string, tie: 'good' | 'bad'): Tree {
  const one = tree.find((held) => held.id === id)
  const sides = one ? sidesOf(tree, one) : []
  const [first] = sides
  if (!first || sides.length < 2) return tree
  const next = first.tie === tie ? '' : tie
  return switched(judged(tree, new Set(sides.map((side) => side.id)), () => next), first.id)
}

/** With what is said of the replies side by side; what was said of them before is gone. */
function judged(tree: Tree, sides: ReadonlySet<string>, how: (one: Turn) => '' | 'best' | 'good' | 'bad'): Tree {
  return tree.map((one) => {
    if (!sides.has(one.id)) return one
    const said = how(one)
    const [is_preferred, tie] = [said === 'best', said === 'best' ? '' : said]
    return Boolean(one.is_preferred) === is_preferred && (one.tie ?? '') === tie ? one : { ...one, is_preferred, tie }
  })
}

/** Rated; the same level again takes it away. */
export function rated(tree: Tree, id: string, level: number, scale: number): Tree {
  const isSame = tree.find((one) => one.id === id)?.rating === level
  return changed(tree, id, { rating: isSame ? null : level, scale: isSame ? 0 : scale })
}

/** Corrected; what it said before stays beside it, and is no longer there where it is said again. */
export function corrected(tree: Tree, id: string, text: string): Tree {
  const one = tree.find((held) => held.id === id)
  if (!one || !text.trim() || text === one.text) return tree
  const original = one.original ?? one.text
  return changed(tree, id, { text, original: original === text ? null : original })
}

/** The same place written anew: a branch beside the message. */
export function branched(tree: Tree, id: string, text: string): Tree {
  const one = tree.find((held) => held.id === id)
  if (!one || !text.trim()) return tree
  return added(tree, [turn({ label: one.label, text, parent: one.parent ?? '' })])
}

/** The message beside, `by` ways on. */
export function beside(tree: Tree, one: Turn, by: number): Turn | null {
  const ways = tree.filter(({ parent }) => parent === one.parent)
  return ways[ways.findIndex(({ id }) => id === one.id) + by] ?? null
}
