/** Branches of a conversation: written, switched, preferred, corrected. */
import { expect, test } from 'vitest'
import * as talk from '@kinds/message/view/conversation'

const texts = (tree: talk.Tree): string[] => talk.pathOf(tree).map(({ text }) => text)
const start = talk.givenTurns('chat', 'prompt', JSON.stringify([{ role: 'user', content: 'Hi' }, { from: 'gpt', text: 'Hello' }]))
const say = (tree: talk.Tree, label: string, text: string): talk.Tree =>
  talk.added(tree, [talk.turn({ label, text, parent: talk.pathOf(tree).at(-1)?.id ?? '' })])
const sides = (tree: talk.Tree, ...replies: string[]): talk.Tree => {
  const parent = talk.pathOf(tree).at(-1)?.id ?? ''
  return talk.added(tree, replies.map((text, at) => talk.turn({ label: 'assistant', text, parent, asked: 'a', shown: at + 1, reply: text })))
}

test('an item brings messages or one text; ids are the same at every look', () => {
  expect(start.map(({ id, label, parent }) => [id, label, parent])).toEqual([
    ['given-chat-1', 'user', ''],
    ['given-chat-2', 'assistant', 'given-chat-1'],
  ])
  expect(talk.givenTurns('f', 'prompt', 'Why?')[0]).toMatchObject({ label: 'user', text: 'Why?', given: 1 })
  expect(talk.givenTurns('f', 'prompt', undefined)).toEqual([])
})

test('a message written anew is a branch; the way leads over it and back', () => {
  const first = say(say(start, 'user', 'More'), 'assistant', 'Here')
  const anew = talk.branched(first, talk.pathOf(first)[2]?.id ?? '', 'Less')

  expect(texts(anew)).toEqual(['Hi', 'Hello', 'Less'])
  const less = talk.pathOf(anew)[2]
  const back = talk.switched(anew, (less && talk.beside(anew, less, -1)?.id) ?? '')
  expect(texts(back)).toEqual(['Hi', 'Hello', 'More', 'Here'])
  expect(back.filter(({ is_current }) => is_current)).toHaveLength(2)
})

test('one of two replies is preferred, and the way goes on with it', () => {
  const asked = sides(say([], 'user', 'Why?'), 'one', 'two')
  const pair = talk.sidesOf(asked, talk.pathOf(asked).at(-1) as talk.Turn)

  expect(talk.isOpen(pair)).toBe(true)
  const picked = talk.preferred(asked, pair[0]?.id ?? '')
  expect(texts(picked)).toEqual(['Why?', 'one'])
  expect(talk.isOpen(talk.sidesOf(picked, talk.pathOf(picked)[1] as talk.Turn))).toBe(false)
  expect(talk.preferred(picked, pair[0]?.id ?? '').some(({ is_preferred }) => is_preferred)).toBe(false)
})

test('of two replies none may be better: the way goes on with the first, and a preference takes it back', () => {
  const asked = sides(say([], 'user', 'Why?'), 'one', 'two')
  const [first, second] = talk.sidesOf(asked, talk.pathOf(asked).at(-1) as talk.Turn)

  const tied = talk.tied(asked, second?.id ?? '', 'bad')
  expect(tied.map(({ tie }) => tie)).toEqual(['', 'bad', 'bad'])
  expect(texts(tied)).toEqual(['Why?', 'one'])
  expect(talk.isOpen(talk.sidesOf(tied, talk.pathOf(tied)[1] as talk.Turn))).toBe(false)
  expect(talk.tied(tied, first?.id ?? '', 'good').map(({ tie }) => tie)).toEqual(['', 'good', 'good'])
  expect(talk.tied(tied, first?.id ?? '', 'bad').some(({ tie }) => tie)).toBe(false)
  const picked = talk.preferred(tied, second?.id ?? '')
  expect(picked.map(({ tie, is_preferred }) => [tie, is_preferred])).toEqual([['', false], ['', false], ['', true]])
})

test('a correction keeps what was said, and saying that again takes it back', () => {
  const id = start[1]?.id ?? ''
  const once = talk.corrected(talk.corrected(start, id, 'Good day'), id, 'Good evening')

  expect(once[1]).toMatchObject({ text: 'Good evening', original: 'Hello' })
  expect(talk.corrected(once, id, 'Hello')[1]).toMatchObject({ text: 'Hello', original: null })
  expect(talk.corrected(start, id, ' ')).toBe(start)
})

test('a rating given twice is taken away', () => {
  const id = start[1]?.id ?? ''
  const once = talk.rated(start, id, 4, 5)

  expect(once[1]).toMatchObject({ rating: 4, scale: 5 })
  expect(talk.rated(once, id, 4, 5)[1]).toMatchObject({ rating: null, scale: 0 })
})

test('what is held stands in place of what the item brings', () => {
  const held = talk.rated(start, start[1]?.id ?? '', 2, 5).slice(1)
  const tree = talk.treeOf(start, held)

  expect(texts(tree)).toEqual(['Hi', 'Hello'])
  expect(tree.map(({ rating }) => rating)).toEqual([null, 2])
})
