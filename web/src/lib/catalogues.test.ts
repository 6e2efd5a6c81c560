/** Both catalogues say the same things, and every page speaks through them. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import ar from '../../messages/ar.json'
import en from '../../messages/en.json'
import { namesIn, parse, type Message } from './messages'

const CATALOGUES: Record<string, Readonly<Record<string, string>>> = { en, ar }
const FOLDERS = ['..', '../../../src/goldsmith/kinds'].map((path) => new URL(path, import.meta.url).pathname)
const TAGS = /<\/?(\w+)>/g

/** Keys that are put together at run time, by how they begin. */
const MADE_BY_NAME = [
  'action.',
  'cause.',
  'coefficient.',
  'error.',
  'kind.',
  'assist.how.',
  'canvas.channel.',
  'canvas.window.',
  'notice.',
  'origin.',
  'reason.',
  'role.',
  'sampling.',
  'state.',
  'imports.say_',
  'member.device_',
  'member.level_',
]

const sources = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(svelte|ts)$/.test(name) && !/\.test\.ts$|^generated\/|^bench\//.test(name))
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') })),
)

describe('the catalogues', () => {
  it('have the same messages', () => {
    expect(Object.keys(ar).sort()).toEqual(Object.keys(en).sort())
  })

  it('ask for the same values and set the same words apart', () => {
    const differing = Object.entries(en).filter(
      ([key, message]) => shape(message) !== shape(CATALOGUES['ar']?.[key] ?? ''),
    )

    expect(differing).toEqual([])
  })

  it.each(Object.keys(CATALOGUES))('has all plural forms that the language needs: %s', (tag) => {
    const needed = new Intl.PluralRules(tag).resolvedOptions().pluralCategories
    const lacking = Object.entries(CATALOGUES[tag] ?? {}).filter(([, message]) =>
      formsIn(parse(message)).some((forms) => needed.some((category) => !forms.has(category))),
    )

    expect(lacking).toEqual([])
  })

  it('are Arabic in Arabic: only what is written alike everywhere has no Arabic letter', () => {
    const alike = ['doubt.between', 'format.range', 'format.with_n', 'pay.title_price', 'versions.utc']
    const left = Object.entries(ar).filter(
      ([key, message]) => !/\p{Script=Arabic}/u.test(message) && !alike.includes(key),
    )

    expect(left).toEqual([])
  })

  it('hold no message that nobody says', () => {
    const all = sources.map(({ text }) => text).join('\n')
    const unsaid = Object.keys(en).filter(
      (key) =>
        !MADE_BY_NAME.some((start) => key.startsWith(start)) &&
        ![`'${key}'`, `"${key}"`].some((said) => all.includes(said)),
    )

    expect(unsaid).toEqual([])
  })
})

describe('what is said', () => {
  it('comes with the values that its message asks for', () => {
    const lacking = sources.flatMap(({ name, text }) =>
      callsIn(text)
        .filter(({ key, values }) => [...namesIn(parse(CATALOGUES['en']?.[key] ?? ''))].some((one) => !values.has(one)))
        .map(({ key }) => `${name}: ${key}`),
    )

    expect(lacking).toEqual([])
  })

  it('is said when it is shown, not once when a module is loaded', () => {
    const early = sources.filter(({ name, text }) => name.endsWith('.ts') && saysEarly(text)).map(({ name }) => name)

    expect(early).toEqual([])
  })
})

function shape(message: string): string {
  return JSON.stringify([[...namesIn(parse(message))].sort(), [...message.matchAll(TAGS)].map((tag) => tag[1]).sort()])
}

function formsIn(message: Message): ReadonlyMap<string, Message>[] {
  return message.flatMap((part) =>
    typeof part === 'string' || !part.forms ? [] : [part.forms, ...[...part.forms.values()].flatMap(formsIn)],
  )
}

interface Call {
  readonly key: string
  /** The names of the values that are given. */
  readonly values: ReadonlySet<string>
}

/** Every `say(…)` and `<Rich message=… />` whose values are written out, once for each message it may say. */
function callsIn(text: string): Call[] {
  const said = [...text.matchAll(/\bsay\(/g)].map(({ index }) => inside(text, index + 3))
  const rich = [...text.matchAll(/<Rich\b/g)].map(({ index }) => text.slice(index, text.indexOf('/>', index)))
  return [...said, ...rich].flatMap((call) => {
    const given = /(?:,\s*|values=\{)(\{[\s\S]*)/.exec(call)?.[1] ?? ''
    const before = given ? call.slice(0, call.indexOf(given)) : call
    const isWritten = given.startsWith('{') || !/,\s*\S/.test(before)
    const keys = [...before.matchAll(/['"]([\w.]+)['"]/g)].map(([, key = '']) => key).filter((key) => key in en)
    return isWritten && !given.includes('...') ? keys.map((key) => ({ key, values: topNames(given) })) : []
  })
}

/** What stands between the bracket at `open` and the one that closes it. */
function inside(text: string, open: number): string {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if ('({['.includes(text[at] ?? '')) depth++
    if (')}]'.includes(text[at] ?? '') && --depth === 0) return text.slice(open + 1, at)
  }
  return ''
}

/** The names of an object that is written out, without those of objects inside it. */
function topNames(object: string): Set<string> {
  const body = object ? inside(object, 0).replace(/'[^']*'|`[^`]*`/g, "''") : ''
  let depth = 0
  const flat = [...body].filter((one) => {
    if ('({['.includes(one)) depth++
    if (')}]'.includes(one)) depth--
    return depth === 0
  })
  return new Set(
    flat
      .join('')
      .split(',')
      .map((one) => /^\s*(\w+)/.exec(one)?.[1] ?? ''),
  )
}

/** Whether a module says something outside every function. */
function saysEarly(text: string): boolean {
  if (!text.includes('say(')) return false
  const file = ts.createSourceFile('module.ts', text, ts.ScriptTarget.Latest, true)
  const visit = (node: ts.Node): boolean => {
    if (ts.isFunctionLike(node) || ts.isPropertyDeclaration(node)) return false
    if (ts.isCallExpression(node) && node.expression.getText(file) === 'say') return true
    return ts.forEachChild(node, (child) => visit(child) || undefined) ?? false
  }
  return visit(file)
}
