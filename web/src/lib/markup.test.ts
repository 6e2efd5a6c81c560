/** Components name no side of the screen and hold no text of their own: both would be wrong in another language. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parse, type AST } from 'svelte/compiler'
import { describe, expect, it } from 'vitest'

const SOURCES = new URL('..', import.meta.url).pathname
const read = (name: string): string => readFileSync(join(SOURCES, name), 'utf8')
const names = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('bench/'))
const components = names.filter((name) => name.endsWith('.svelte'))

/** Text that is the same in every language: names of things, keys, formats, what is typed in code. */
const ALIKE =
  /^(Goldsmith|Markdown|YAML|JSON|CSV|NDJSON|curl|Python|Tab|Esc|Space|Ctrl [↵⌫AZ]|Ctrl Space|Ctrl\+S|CC-BY-4\.0|sha256|UTC|Authorization: Bearer gsk_…)$/
const WORDS = /\p{L}{2}/u
/** Examples of what is typed in, which is data. */
const EXAMPLES = ['Car\nBus #e69f00\nVan: up to 3.5 t', 'de', 'de, pt-BR']
/** Attributes that people read or hear, of elements and of our own components. */
const READ = new Set([
  'title',
  'aria-label',
  'aria-roledescription',
  'aria-valuetext',
  'placeholder',
  'alt',
  'label',
  'text',
  'note',
  'none',
])

/** Where a side is meant: the place was measured on the screen, or it is inside the picture. */
const SIDES: Readonly<Record<string, readonly string[]>> = {
  'ui/app.css': ['text-align: right'], // of pages that begin at the right
  'canvas/ImageCanvas.svelte': ['left: 0'], // the crosshair is moved by the pointer's x
  'canvas/TextLinks.svelte': ['left: 0', 'style:left'], // arrows and what they say, where the words are
  'canvas/TextView.svelte': ['margin-left: -1px', 'style:left'], // the caret, where the text has it
  'canvas/TextBlock.svelte': ['style:left', 'border-left: 3px'], // marks over measured ranges
  'canvas/view/Navigator.svelte': ['style:left'], // a frame in the small picture
}
const PHYSICAL = [
  /(?<![\w-])(?:margin|padding|border)-(?:left|right)\b[^;]*/g,
  /(?<![\w-])(?:left|right):[^;]*/g,
  /text-align: (?:left|right)/g,
  /float: (?:left|right)/g,
  /border-(?:top|bottom)-(?:left|right)-radius/g,
]
const FOUR_SIDES = /(?:margin|padding|inset): ([^\s;]+) ([^\s;]+) ([^\s;]+) ([^\s;]+);/g

describe('a component', () => {
  it.each(components)('has no text of its own: %s', (name) => {
    expect(literals(name)).toEqual([])
  })
})

describe('a style', () => {
  it('says start and end, not left and right', () => {
    const found = names
      .filter((name) => /\.(svelte|css)$/.test(name))
      .flatMap((name) => {
        const allowed = SIDES[name] ?? []
        return sidesIn(name)
          .filter((side) => !allowed.some((one) => side.startsWith(one)))
          .map((side) => `${name}: ${side}`)
      })

    expect(found).toEqual([])
  })
})

function sidesIn(name: string): string[] {
  const source = read(name)
  const style = name.endsWith('.css') ? source : (/<style>[\s\S]*<\/style>/.exec(source)?.[0] ?? '')
  const inMarkup = [...source.matchAll(/style:(?:left|right|margin-left|margin-right)/g)].map(([side]) => side)
  const uneven = [...style.matchAll(FOUR_SIDES)].filter(([, , end, , start]) => end !== start).map(([rule]) => rule)
  return [...PHYSICAL.flatMap((side) => [...style.matchAll(side)].map(([rule]) => rule)), ...uneven, ...inMarkup]
}

type Node = { type: string; [name: string]: unknown }
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value

/** Words that stand in the markup as they are. */
function literals(name: string): string[] {
  const root: AST.Root = parse(read(name), { modern: true, filename: name })
  const found: string[] = []
  const visit = (node: Node): void => {
    if (node.type === 'Text') take(found, String(node['data']))
    if (node.type === 'ExpressionTag') literalsOf(node['expression']).forEach((text) => take(found, text))
    if (node.type === 'Attribute') {
      if (READ.has(String(node['name']))) childrenOf(node).forEach(visit)
      return
    }
    if (/Directive$/.test(node.type)) return
    childrenOf(node).forEach(visit)
  }
  visit(root.fragment as unknown as Node)
  return found
}

function take(found: string[], text: string): void {
  for (const part of text.split('·').map((one) => one.trim()))
    if (WORDS.test(part) && !ALIKE.test(part) && !EXAMPLES.includes(part)) found.push(part)
}

/** The strings that an expression may come to; not those that it only passes on. */
function literalsOf(expression: unknown): string[] {
  if (!isNode(expression)) return []
  const of = (name: string): string[] => literalsOf(expression[name])
  switch (expression.type) {
    case 'Literal':
      return typeof expression['value'] === 'string' ? [expression['value']] : []
    case 'ConditionalExpression':
      return [...of('consequent'), ...of('alternate')]
    case 'LogicalExpression':
      return [...of('left'), ...of('right')]
    case 'BinaryExpression':
      return expression['operator'] === '+' ? [...of('left'), ...of('right')] : []
    case 'TemplateLiteral':
      return (expression['quasis'] as { value: { cooked: string } }[]).map(({ value }) => value.cooked)
    default:
      return []
  }
}

function childrenOf(node: Node): Node[] {
  const skipped = new Set(['expression', 'metadata', 'parent'])
  return Object.entries(node).flatMap(([name, value]) =>
    skipped.has(name) ? [] : Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  )
}
