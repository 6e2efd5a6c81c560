/** Formulas in Markdown: `$…$` and `\(…\)` in a line, `$$…$$` and `\[…\]` set apart. A price in dollars is none. */
import type { MarkedExtension, TokenizerAndRendererExtension } from 'marked'

export interface Formula {
  readonly raw: string
  readonly tex: string
  readonly isApart: boolean
}

const TEX = /[\\^_={}<>+|]/
const WORDS = /(?<![\\\p{L}])\p{L}{3,}/u
const APART = /^(?:\$\$((?:(?!\n\s*\n)[\s\S])+?)\$\$|\\\[((?:(?!\n\s*\n)[\s\S])+?)\\\])/
const IN_LINE = /^(?:\\\(([^\n]+?)\\\)|\$(?![\s$])((?:\\[\s\S]|[^\\$\n])*?[^\s\\$])\$(?![\d$]))/

/** The formula that the text begins with. */
export function formulaAt(source: string): Formula | null {
  const apart = APART.exec(source)
  if (apart) return { raw: apart[0], tex: (apart[1] ?? apart[2] ?? '').trim(), isApart: true }
  const found = IN_LINE.exec(source)
  if (!found) return null
  const [raw, bracketed, priced] = found
  if (priced !== undefined && !isTex(priced)) return null
  return { raw, tex: (bracketed ?? priced ?? '').trim(), isApart: false }
}

/** Between two dollars that belong to prices there are words, and nothing of TeX. */
const isTex = (text: string): boolean => TEX.test(text) || !(WORDS.test(text) || /\s/.test(text.replace(/, /g, ',')))

/** Where the next one may begin; a dollar within a word or a number begins none. */
export function formulaStart(source: string): number | undefined {
  const found = /\\[([]|(?<![\p{L}\d$])\$/u.exec(source)
  return found?.index
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[one] ?? one)

const inLine: TokenizerAndRendererExtension = {
  name: 'formula',
  level: 'inline',
  start: formulaStart,
  tokenizer(source) {
    const found = formulaAt(source)
    return found ? { type: 'formula', ...found } : undefined
  },
  renderer: (token) => `<code class="${token['isApart'] ? APART_CLASS : IN_LINE_CLASS}">${escaped(String(token['tex']))}</code>`,
}

const block: TokenizerAndRendererExtension = {
  name: 'formulaBlock',
  level: 'block',
  start: (source) => /(?:^|\n) {0,3}(?:\$\$|\\\[)/.exec(source)?.index,
  tokenizer(source) {
    const [indent = ''] = /^ {0,3}/.exec(source) ?? []
    const found = formulaAt(source.slice(indent.length))
    const end = found ? indent.length + found.raw.length : 0
    const rest = /^[^\S\n]*(?:\n+|$)/.exec(source.slice(end))
    if (!found?.isApart || !rest) return undefined
    return { type: 'formulaBlock', raw: source.slice(0, end) + rest[0], tex: found.tex }
  },
  renderer: (token) => `<p><code class="${APART_CLASS}">${escaped(String(token['tex']))}</code></p>\n`,
}

export const IN_LINE_CLASS = 'formula'
export const APART_CLASS = 'formula apart'
export const formulas: MarkedExtension = { extensions: [block, inLine] }
