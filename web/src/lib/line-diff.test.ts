import { expect, test } from 'vitest'
import { diffLines, foldSame, type DiffLine } from './line-diff'

const SIGN = { same: ' ', added: '+', removed: '-' } as const
const shown = (before: string, after: string) => diffLines(before, after).map((one) => SIGN[one.sort] + one.text)
const side = (lines: readonly DiffLine[], gone: DiffLine['sort']) =>
  lines.filter((one) => one.sort !== gone).map((one) => one.text)

/** Numbers by a fixed rule, so that a failing case comes again. */
function dice(seed: number) {
  let state = seed
  return (below: number) => {
    state = (state * 1103515245 + 12345) % 2147483648
    return Math.floor((state / 2147483648) * below)
  }
}

test('a changed line is one that went and one that came', () => {
  expect(shown('a\nb\nc', 'a\nB\nc\nd')).toEqual([' a', '-b', '+B', ' c', '+d'])
})

test('equal texts have no change, and an empty one has no line', () => {
  expect(shown('a\nb\n', 'a\nb')).toEqual([' a', ' b'])
  expect(shown('', 'a')).toEqual(['+a'])
  expect(shown('a', '')).toEqual(['-a'])
  expect(shown('', '')).toEqual([])
})

test('the end of a line may be written in three ways', () => {
  expect(shown('a\r\nb\rc', 'a\nb\nc')).toEqual([' a', ' b', ' c'])
})

test('lines know their numbers on both sides', () => {
  expect(diffLines('x\ny', 'y\nz')).toEqual([
    { sort: 'removed', text: 'x', before: 1, after: null },
    { sort: 'same', text: 'y', before: 2, after: 1 },
    { sort: 'added', text: 'z', before: null, after: 2 },
  ])
})

test('both texts can be put together again from what is shown', () => {
  const roll = dice(7)
  for (let round = 0; round < 200; round++) {
    const text = () => Array.from({ length: roll(12) }, () => 'abcd'[roll(4)]).join('\n')
    const [before, after] = [text(), text()]
    const lines = diffLines(before, after)

    expect(side(lines, 'added').join('\n')).toBe(before)
    expect(side(lines, 'removed').join('\n')).toBe(after)
  }
})

test('a long text that was changed all over is held against the other line by line, and quickly', () => {
  const before = Array.from({ length: 6000 }, (_, i) => (i % 3 ? `line ${i}` : 'blank'))
  const after = before.flatMap((line, i) => (i % 50 ? [line] : ['new', line]))
  after[0] = 'first'
  after[after.length - 1] = 'last'
  const start = performance.now()
  const lines = diffLines(before.join('\n'), after.join('\n'))

  expect(side(lines, 'added')).toEqual(before)
  expect(side(lines, 'removed')).toEqual(after)
  expect(lines.filter((one) => one.sort === 'removed').length).toBeLessThan(5)
  expect(performance.now() - start).toBeLessThan(2000)
})

test('unchanged lines far from any change are folded', () => {
  const before = Array.from({ length: 20 }, (_, i) => `${i}`)
  const after = before.with(10, 'ten')
  const parts = foldSame(diffLines(before.join('\n'), after.join('\n')), 2)

  expect(parts.map((one) => [one.isFolded, one.lines.length])).toEqual([
    [true, 8],
    [false, 6],
    [true, 7],
  ])
})
