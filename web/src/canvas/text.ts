/** A text as the viewer needs it: blocks and lines, code points against UTF-16, words, spans that overlap. Pure. */

/** Where code points and UTF-16 units part: files count code points, the DOM counts units. */
export class TextIndex {
  /** UTF-16 offsets of the first halves of surrogate pairs, ascending. */
  private readonly pairs: Uint32Array
  readonly text: string

  constructor(text: string) {
    this.text = text
    const found: number[] = []
    for (let i = 0; i < text.length - 1; i++) {
      if ((text.codePointAt(i) ?? 0) > 0xffff) found.push(i++)
    }
    this.pairs = Uint32Array.from(found)
  }

  /** Code points before this unit; a unit inside a pair counts as before it. */
  toPoint(unit: number): number {
    return unit - countBelow(this.pairs, (pair) => pair < unit)
  }

  /** The unit at which this code point starts. */
  toUnit(point: number): number {
    const before = countBelow(this.pairs, (pair, i) => pair - i < point)
    return Math.min(point + before, this.text.length)
  }
}

/** How many leading entries hold; `holds` is true up to some place and false after it. */
function countBelow(sorted: Uint32Array, holds: (value: number, index: number) => boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(sorted[middle] ?? 0, middle)) low = middle + 1
    else high = middle
  }
  return low
}

/** A line to draw; `at` is the UTF-16 offset of its first character, its line break is not in `text`. */
export interface Line {
  readonly at: number
  readonly text: string
}

/** Neighbouring lines that are laid out together; [start, end) in UTF-16 units, line breaks included. */
export interface Block {
  readonly start: number
  readonly end: number
  readonly lines: readonly Line[]
}

const LINE_MOST = 2000
const BLOCK_CHARACTERS = 3000
const BLOCK_LINES = 40

/** The text cut into blocks. A very long line is cut at a space, so that no block grows without bound. */
export function splitBlocks(text: string): Block[] {
  const blocks: Block[] = []
  let lines: Line[] = []
  let start = 0
  const close = (end: number): void => {
    blocks.push({ start, end, lines })
    lines = []
    start = end
  }
  for (let at = 0; at <= text.length;) {
    const newline = text.indexOf('\n', at)
    const stop = newline < 0 ? text.length : newline
    const cut = stop - at > LINE_MOST ? cutAt(text, at + LINE_MOST) : stop
    lines.push({ at, text: text.slice(at, cut).replace(/\r$/, '') })
    const next = cut === stop && newline >= 0 ? stop + 1 : cut
    if (next >= text.length) {
      const endsInBreak = newline >= 0 && next === text.length && cut === stop
      if (endsInBreak) lines.push({ at: text.length, text: '' })
      break
    }
    if (next - start >= BLOCK_CHARACTERS || lines.length >= BLOCK_LINES) close(next)
    at = next
  }
  close(text.length)
  return blocks
}

/** After the last space before `near`, else before the character there. */
function cutAt(text: string, near: number): number {
  for (let i = near; i > near - 200; i--) if (/\s/.test(text[i - 1] ?? '')) return i
  return isLowHalf(text, near) ? near - 1 : near
}

const isLowHalf = (text: string, unit: number): boolean => /[\udc00-\udfff]/.test(text[unit] ?? '')

/** The index of the block or line that holds this unit. */
export function holding(parts: readonly { start?: number; at?: number }[], unit: number): number {
  let low = 0
  let high = parts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    const part = parts[middle]
    if ((part?.start ?? part?.at ?? 0) <= unit) low = middle
    else high = middle - 1
  }
  return low
}

export interface Range {
  readonly start: number
  readonly end: number
}

/** For each range the lowest level on which it meets no other: how underlines are stacked. */
export function levels(ranges: readonly Range[]): number[] {
  const first = (a: number, b: number): number =>
    startOf(ranges, a) - startOf(ranges, b) || endOf(ranges, b) - endOf(ranges, a)
  const order = ranges.map((_, i) => i).sort(first)
  const freeFrom: number[] = []
  const found = new Array<number>(ranges.length).fill(0)
  for (const i of order) {
    let level = freeFrom.findIndex((end) => end <= startOf(ranges, i))
    if (level < 0) level = freeFrom.length
    freeFrom[level] = endOf(ranges, i)
    found[i] = level
  }
  return found
}

/** The parts with one more; where one part holds all of it, it is taken out instead. Null where nothing is left. */
export function withPart(parts: readonly Range[], { start, end }: Range): Range[] | null {
  if (parts.some((one) => one.start <= start && end <= one.end)) {
    const left = parts.flatMap((one) =>
      [
        { start: one.start, end: Math.min(one.end, start) },
        { start: Math.max(one.start, end), end: one.end },
      ].filter((piece) => piece.start < piece.end),
    )
    return left.length ? left : null
  }
  const joined: { start: number; end: number }[] = []
  for (const one of [...parts, { start, end }].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1)
    if (last && one.start <= last.end) last.end = Math.max(last.end, one.end)
    else joined.push({ ...one })
  }
  return joined
}

const startOf = (ranges: readonly Range[], i: number): number => ranges[i]?.start ?? 0
const endOf = (ranges: readonly Range[], i: number): number => ranges[i]?.end ?? 0

/** For each block the ranges that touch it. */
export function byBlock<T extends Range>(blocks: readonly Block[], ranges: readonly T[]): T[][] {
  const found: T[][] = blocks.map(() => [])
  for (const range of ranges) {
    for (let i = holding(blocks, range.start); i < blocks.length && (blocks[i]?.start ?? 0) < range.end; i++) {
      found[i]?.push(range)
    }
  }
  return found
}

/** Ranges over a unit, the shortest first: a click takes the inmost. */
export function under<T extends Range>(ranges: readonly T[], unit: number): T[] {
  return ranges.filter((r) => r.start <= unit && unit < r.end).sort((a, b) => a.end - a.start - (b.end - b.start))
}

interface Piece {
  readonly index: number
  readonly segment: string
  readonly isWordLike?: boolean | undefined
}
const words = segmenter('word', /[\p{L}\p{M}\p{N}_]+(?:['’][\p{L}\p{M}\p{N}_]+)*/gu)
const graphemes = segmenter('grapheme', /\P{M}\p{M}*/gsu)

/** The browser's own rules, which know words without spaces; where it has none, letters and digits that stand together. */
function segmenter(granularity: 'word' | 'grapheme', pattern: RegExp): (text: string) => Iterable<Piece> {
  if (typeof Intl.Segmenter !== 'function')
    return (text) =>
      [...text.matchAll(pattern)].map(({ index, 0: segment }) => ({
        index,
        segment,
        isWordLike: granularity === 'word',
      }))
  const rules = new Intl.Segmenter(undefined, { granularity })
  return (text) => rules.segment(text)
}

const CONTEXT = 200 // words are looked for this far around a place

/** The word at this unit, null between words. */
export function wordAt(text: string, unit: number): Range | null {
  const from = windowStart(text, unit)
  for (const segment of words(text.slice(from, unit + CONTEXT))) {
    const start = from + segment.index
    const end = start + segment.segment.length
    if (start <= unit && unit < end) return segment.isWordLike ? { start, end } : null
  }
  return null
}

/** A safe place to start looking for words before `unit`: never inside a word or a pair. */
function windowStart(text: string, unit: number): number {
  const line = text.lastIndexOf('\n', unit - 1) + 1
  if (unit - line <= CONTEXT) return line
  const space = text.slice(unit - CONTEXT, unit).search(/\s/)
  const start = space < 0 ? unit - CONTEXT : unit - CONTEXT + space
  return isLowHalf(text, start) ? start - 1 : start
}

/** A dragged range without spaces at its ends, grown to whole words unless `exact`; null when nothing is left. */
export function snap(text: string, range: Range, exact: boolean): Range | null {
  let { start, end } = range
  while (start < end && /\s/.test(text[start] ?? '')) start++
  while (end > start && /\s/.test(text[end - 1] ?? '')) end--
  if (start >= end) return null
  if (exact) return { start: isLowHalf(text, start) ? start - 1 : start, end: isLowHalf(text, end) ? end + 1 : end }
  return { start: wordAt(text, start)?.start ?? start, end: wordAt(text, end - 1)?.end ?? end }
}

/** One character further, as a person counts them: an emoji with its skin tone is one. */
export function step(text: string, unit: number, direction: 1 | -1): number {
  if (direction > 0) {
    const [next] = graphemes(text.slice(unit, unit + 64))
    return next ? unit + next.segment.length : text.length
  }
  const line = Math.max(text.lastIndexOf('\n', unit - 2), unit - 64, 0)
  const from = isLowHalf(text, line) ? line - 1 : line
  const before = [...graphemes(text.slice(from, unit))].at(-1)
  return before ? from + before.index : 0
}

/** A tag at a span's start; tags that would lie on one another move to the right. */
export interface Tag {
  readonly id: string
  readonly left: number
  readonly top: number
  readonly width: number
}

export function spreadTags<T extends Tag>(tags: readonly T[]): T[] {
  const sorted = [...tags].sort((a, b) => a.top - b.top || a.left - b.left)
  const placed: T[] = []
  for (const tag of sorted) {
    const last = placed.at(-1)
    const isOver = last && Math.abs(last.top - tag.top) < 4 && tag.left < last.left + last.width + 2
    placed.push(isOver ? { ...tag, left: last.left + last.width + 2 } : tag)
  }
  return placed
}
