/**
 * Which lines of a text came and went. Common lines are as many as can be (longest common subsequence) wherever the
 * part that differs is small; a large one is first cut at lines that occur once in both (Cohen's "patience diff").
 * So it is always right, and for two very unlike long texts perhaps longer than it had to be.
 */

export interface DiffLine {
  readonly sort: 'same' | 'added' | 'removed'
  readonly text: string
  /** Line numbers from 1; null on the side that has no such line. */
  readonly before: number | null
  readonly after: number | null
}

/** Lines next to one another: those that are shown, or a run of unchanged ones that is folded. */
export interface DiffPart {
  readonly isFolded: boolean
  readonly lines: readonly DiffLine[]
}

const CELLS_MOST = 1_000_000 // of the table of one part

type Pair = readonly [before: number, after: number]

export function diffLines(before: string, after: string): DiffLine[] {
  const a = linesOf(before)
  const b = linesOf(after)
  const found: DiffLine[] = []
  let [i, j] = [0, 0]
  for (const [x, y] of [...inCommon(a, b), [a.length, b.length] as const]) {
    for (; i < x; i++) found.push({ sort: 'removed', text: a[i] ?? '', before: i + 1, after: null })
    for (; j < y; j++) found.push({ sort: 'added', text: b[j] ?? '', before: null, after: j + 1 })
    if (i < a.length && j < b.length) found.push({ sort: 'same', text: a[i++] ?? '', before: i, after: ++j })
  }
  return found
}

/** The lines in parts: unchanged ones farther than `context` lines from any change are folded. */
export function foldSame(lines: readonly DiffLine[], context = 3): DiffPart[] {
  const near = new Set<number>()
  for (const [at, line] of lines.entries()) {
    if (line.sort !== 'same') for (let k = at - context; k <= at + context; k++) near.add(k)
  }
  const parts: { isFolded: boolean; lines: DiffLine[] }[] = []
  for (const [at, line] of lines.entries()) {
    const isFolded = !near.has(at)
    const last = parts.at(-1)
    if (last?.isFolded === isFolded) last.lines.push(line)
    else parts.push({ isFolded, lines: [line] })
  }
  return parts
}

/** Pairs of places of equal parts, both rising: as many as can be, by the same rule as for lines. */
export const inCommon = (a: readonly string[], b: readonly string[]): readonly Pair[] =>
  commonPairs(a, b, 0, a.length, 0, b.length)

function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** Pairs of equal lines of a[i, m) and b[j, n), both rising. */
function commonPairs(a: readonly string[], b: readonly string[], i: number, m: number, j: number, n: number): Pair[] {
  const head: Pair[] = []
  const tail: Pair[] = []
  while (i < m && j < n && a[i] === b[j]) head.push([i++, j++])
  while (m > i && n > j && a[m - 1] === b[n - 1]) tail.push([--m, --n])
  return [...head, ...middlePairs(a, b, i, m, j, n), ...tail.reverse()]
}

function middlePairs(a: readonly string[], b: readonly string[], i: number, m: number, j: number, n: number): Pair[] {
  if (i === m || j === n) return []
  if ((m - i) * (n - j) <= CELLS_MOST) return longestCommon(a, b, i, m, j, n)
  const found: Pair[] = []
  for (const [x, y] of rising(oncePairs(a, b, i, m, j, n))) {
    found.push(...commonPairs(a, b, i, x, j, y), [x, y])
    ;[i, j] = [x + 1, y + 1]
  }
  return found.length ? [...found, ...commonPairs(a, b, i, m, j, n)] : []
}

/** By the table of how many lines the rests have in common. */
function longestCommon(a: readonly string[], b: readonly string[], i: number, m: number, j: number, n: number): Pair[] {
  const width = n - j + 1
  const most = new Uint32Array((m - i + 1) * width)
  const cell = (x: number, y: number) => (x - i) * width + (y - j)
  const at = (x: number, y: number) => most[cell(x, y)] ?? 0
  for (let x = m - 1; x >= i; x--) {
    for (let y = n - 1; y >= j; y--) {
      most[cell(x, y)] = a[x] === b[y] ? at(x + 1, y + 1) + 1 : Math.max(at(x + 1, y), at(x, y + 1))
    }
  }
  const found: Pair[] = []
  let [x, y] = [i, j]
  while (x < m && y < n) {
    if (a[x] === b[y]) found.push([x++, y++])
    else if (at(x + 1, y) >= at(x, y + 1)) x++
    else y++
  }
  return found
}

/** Lines that occur once in either part, where they stand, in the order of `a`. */
function oncePairs(a: readonly string[], b: readonly string[], i: number, m: number, j: number, n: number): Pair[] {
  const places = (lines: readonly string[], from: number, to: number) => {
    const found = new Map<string, number>() // -1: more than once
    for (let k = from; k < to; k++) found.set(lines[k] ?? '', found.has(lines[k] ?? '') ? -1 : k)
    return found
  }
  const inB = places(b, j, n)
  const pairs = [...places(a, i, m)].map(([text, x]): Pair => [x, inB.get(text) ?? -1])
  return pairs.filter(([x, y]) => x >= 0 && y >= 0)
}

/** As many of the pairs as rise in both (longest increasing subsequence, by patience sorting). */
function rising(pairs: readonly Pair[]): Pair[] {
  const tops: number[] = [] // index into pairs, by pile
  const below: number[] = []
  for (const [index, [, y]] of pairs.entries()) {
    let [low, high] = [0, tops.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((pairs[tops[middle] ?? 0]?.[1] ?? 0) < y) low = middle + 1
      else high = middle
    }
    below[index] = low > 0 ? (tops[low - 1] ?? -1) : -1
    tops[low] = index
  }
  const found: Pair[] = []
  for (let index = tops.at(-1) ?? -1; index >= 0; index = below[index] ?? -1) {
    const pair = pairs[index]
    if (pair) found.push(pair)
  }
  return found.reverse()
}
