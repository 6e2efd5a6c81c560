/** Which words of a text came and went; words are kept with the space that follows them. */
import { inCommon } from './line-diff'

export interface WordRun {
  readonly sort: 'same' | 'added' | 'removed'
  readonly text: string
}

const WORD = /\s+|[\p{L}\p{N}\p{M}_'’]+|[^\s\p{L}\p{N}\p{M}]/gu

export function diffWords(before: string, after: string): WordRun[] {
  const a = before.match(WORD) ?? []
  const b = after.match(WORD) ?? []
  const found: WordRun[] = []
  const put = (sort: WordRun['sort'], words: readonly string[]): void => {
    const text = words.join('')
    const last = found.at(-1)
    if (!text) return
    if (last?.sort === sort) found[found.length - 1] = { sort, text: last.text + text }
    else found.push({ sort, text })
  }
  let [i, j] = [0, 0]
  for (const [x, y] of [...inCommon(a, b), [a.length, b.length] as const]) {
    put('removed', a.slice(i, x))
    put('added', b.slice(j, y))
    put('same', a.slice(x, x + 1))
    ;[i, j] = [x + 1, y + 1]
  }
  return found
}
