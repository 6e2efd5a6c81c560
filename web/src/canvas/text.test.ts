import { describe, expect, it, vi } from 'vitest'
import { TextIndex, byBlock, holding, levels, snap, splitBlocks, spreadTags, step, under, wordAt } from './text'

/** Repeatable noise: the same texts in every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => (state = (state * 1664525 + 1013904223) % 4294967296) / 4294967296
}
const LETTERS = ['a', 'é', ' ', '\n', '漢', '👩‍🚀', 'ש', '.', '\r\n', '𝒳']
const textOf = (random: () => number, length: number): string =>
  Array.from({ length }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('')

describe('code points and UTF-16', () => {
  it('agrees with counting one by one, on any text', () => {
    const text = textOf(seeded(7), 400)
    const index = new TextIndex(text)
    const points = [...text]

    for (let point = 0, unit = 0; point <= points.length; unit += points[point]?.length ?? 0, point++) {
      expect(index.toUnit(point)).toBe(unit)
      expect(index.toPoint(unit)).toBe(point)
    }
  })

  it('counts a place inside a pair as before it', () => {
    expect(new TextIndex('a👍b').toPoint(2)).toBe(1)
  })
})

describe('blocks', () => {
  it('hold the whole text, line by line, without gaps', () => {
    for (const seed of [1, 2, 3]) {
      const text = textOf(seeded(seed), 9000)
      const blocks = splitBlocks(text)
      expect(blocks[0]?.start).toBe(0)
      expect(blocks.at(-1)?.end).toBe(text.length)
      blocks.slice(1).forEach((block, i) => expect(block.start).toBe(blocks[i]?.end))
      for (const line of blocks.flatMap(({ lines }) => lines)) expect(text.startsWith(line.text, line.at)).toBe(true)
      const drawn = blocks
        .flatMap(({ lines }) => lines.map((line) => line.text))
        .join('')
        .replace(/[\r\n]/g, '')
      expect(drawn).toBe(text.replace(/[\r\n]/g, ''))
    }
  })

  it('cut a very long line, but never a character', () => {
    const blocks = splitBlocks('👍'.repeat(5000))
    const lines = blocks.flatMap((block) => block.lines)

    expect(lines.length).toBeGreaterThan(4)
    for (const { text } of lines) expect(text).toMatch(/^(👍)+$/u)
  })

  it('an empty text and a text that ends in a line break have a last, empty line', () => {
    expect(splitBlocks('')).toEqual([{ start: 0, end: 0, lines: [{ at: 0, text: '' }] }])
    expect(splitBlocks('a\n').flatMap(({ lines }) => lines)).toEqual([
      { at: 0, text: 'a' },
      { at: 2, text: '' },
    ])
  })

  it('are found by any place in them', () => {
    const blocks = splitBlocks('word '.repeat(4000))
    for (const unit of [0, 2999, 3000, 12_345, 19_999]) {
      const block = blocks[holding(blocks, unit)]
      expect(block && block.start <= unit && unit < block.end).toBe(true)
    }
  })

  it('get each span that touches them', () => {
    const blocks = splitBlocks('word '.repeat(4000))
    const end = blocks[0]?.end ?? 0
    const spans = [
      { start: 3, end: 9 },
      { start: end - 2, end: end + 2 },
    ]

    expect(
      byBlock(blocks, spans)
        .slice(0, 3)
        .map((found) => found.length),
    ).toEqual([2, 1, 0])
  })
})

describe('overlapping spans', () => {
  it('never share a level where they meet', () => {
    const random = seeded(11)
    const spans = Array.from({ length: 200 }, () => {
      const start = Math.floor(random() * 1000)
      return { start, end: start + 1 + Math.floor(random() * 60) }
    })
    const stack = levels(spans)
    spans.forEach((a, i) =>
      spans.slice(i + 1).forEach((b, j) => {
        if (a.start < b.end && b.start < a.end) expect(stack[i]).not.toBe(stack[i + 1 + j])
      }),
    )
  })

  it('are found under a place, the shortest first', () => {
    const spans = [
      { start: 0, end: 50 },
      { start: 5, end: 10 },
      { start: 60, end: 70 },
    ]
    expect(under(spans, 7)).toEqual([
      { start: 5, end: 10 },
      { start: 0, end: 50 },
    ])
  })

  it('have tags that do not lie on one another', () => {
    const tags = [
      { id: 'a', left: 0, top: 0, width: 40 },
      { id: 'b', left: 10, top: 1, width: 40 },
      { id: 'c', left: 5, top: 36, width: 40 },
    ]
    expect(spreadTags(tags).map(({ left }) => left)).toEqual([0, 42, 5])
  })
})

describe('words', () => {
  it('a dragged range grows to whole words, and loses the spaces at its ends', () => {
    const text = 'Ada Lovelace wrote it.'
    expect(snap(text, { start: 1, end: 13 }, false)).toEqual({ start: 0, end: 12 })
    expect(snap(text, { start: 1, end: 6 }, true)).toEqual({ start: 1, end: 6 })
    expect(snap(text, { start: 3, end: 4 }, false)).toBeNull()
  })

  it('are known in Chinese and Hebrew too', () => {
    expect(wordAt('שלום עולם', 6)).toEqual({ start: 5, end: 9 })
    expect(wordAt('我们喜欢北京', 4)).toEqual({ start: 4, end: 6 })
  })

  it('a step goes over a whole emoji, forth and back', () => {
    const text = 'a👩‍🚀b'
    expect(step(text, 1, 1)).toBe(text.length - 1)
    expect(step(text, text.length - 1, -1)).toBe(1)
    expect(step(text, 0, -1)).toBe(0)
  })

  it('are letters that stand together in a browser without rules of its own', async () => {
    vi.resetModules()
    vi.stubGlobal('Intl', { ...Intl, Segmenter: undefined })
    const old = await import('./text')
    vi.unstubAllGlobals()

    expect(old.snap('It is Ada’s tea_1.', { start: 7, end: 14 }, false)).toEqual({ start: 6, end: 17 })
    expect(old.wordAt('one, two', 3)).toBeNull()
    expect(old.step('e\u0301a', 0, 1)).toBe(2)
    expect(old.step('a😀b', 3, -1)).toBe(1)
  })
})
