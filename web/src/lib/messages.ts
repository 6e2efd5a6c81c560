/** Messages with placeholders and plural forms, a small part of ICU's MessageFormat.
 *
 * `{name}` is a placeholder; `{count, plural, one {# item} other {# items}}` takes the form that the language has for
 * the number, `=0 {none}` a form for this very number; `#` in a form is the number.
 */
export type Values = Readonly<Record<string, string | number | null | undefined>>

interface Placeholder {
  readonly name: string
  /** The forms of a plural, by category or `=number`; null for a value as it is. */
  readonly forms: ReadonlyMap<string, Message> | null
}
export type Message = readonly (string | Placeholder)[]

/** How one language writes what stands in a message. */
export interface Writing {
  number(value: number): string
  text(value: string): string
  form(value: number): string
}

export const UNKNOWN = '–'

/** A message ready to be filled; throws where its braces or its forms are wrong. */
export function parse(source: string): Message {
  const tokens = source.split(/([{}#])/).filter(Boolean)
  const message = readParts(tokens, '')
  if (tokens.length) throw new Error(`One brace too many in “${source}”.`)
  return message
}

/** Up to the brace that ends it; `counted` is the plural whose form this is. */
function readParts(tokens: string[], counted: string): Message {
  const parts: (string | Placeholder)[] = []
  while (tokens.length && tokens[0] !== '}') {
    const token = tokens.shift() ?? ''
    if (token === '{') parts.push(readPlaceholder(tokens))
    else parts.push(token === '#' && counted ? { name: counted, forms: null } : token)
  }
  return parts
}

function readPlaceholder(tokens: string[]): Placeholder {
  const [name = '', sort, first = ''] = (tokens.shift() ?? '').split(',').map((word) => word.trim())
  if (!/^\w+$/.test(name)) throw new Error(`“${name}” is no name of a placeholder.`)
  const forms = sort === 'plural' ? readForms(tokens, name, first) : null
  if (tokens.shift() !== '}') throw new Error(`The placeholder ${name} does not end.`)
  if (forms && !forms.has('other')) throw new Error(`The plural ${name} has no form for “other”.`)
  return { name, forms }
}

function readForms(tokens: string[], name: string, first: string): ReadonlyMap<string, Message> {
  const forms = new Map<string, Message>()
  let category = first
  while (tokens[0] === '{') {
    tokens.shift()
    forms.set(category, readParts(tokens, name))
    if (tokens.shift() !== '}') throw new Error(`The form “${category}” of ${name} does not end.`)
    category = tokens[0]?.trim() === '' || (tokens[0] && !/[{}]/.test(tokens[0])) ? (tokens.shift() ?? '').trim() : ''
  }
  return forms
}

/** The message with its values. A number that is not known, or no value at all, is a dash. */
export function fill(message: Message, values: Values, writing: Writing): string {
  return message
    .map((part) => {
      if (typeof part === 'string') return part
      const value = values[part.name]
      if (part.forms) return fill(formOf(part.forms, value, writing), values, writing)
      if (value == null || Number.isNaN(value)) return UNKNOWN
      return typeof value === 'number' ? writing.number(value) : writing.text(value)
    })
    .join('')
}

function formOf(forms: ReadonlyMap<string, Message>, value: Values[string], writing: Writing): Message {
  const category = typeof value === 'number' ? writing.form(value) : 'other'
  return forms.get(`=${value}`) ?? forms.get(category) ?? forms.get('other') ?? []
}

const FROM_THE_RIGHT = /\p{Script=Arabic}|\p{Script=Hebrew}/u

/** A text that keeps its own direction inside a sentence that runs from the right: a name in Latin from the left. */
export function isolated(text: string): string {
  return `${FROM_THE_RIGHT.test(text) ? '\u2067' : '\u2068'}${text}\u2069`
}

/** The names that a message needs values for. */
export function namesIn(message: Message): Set<string> {
  const inForms = (part: Placeholder): Message[] => [...(part.forms?.values() ?? [])]
  return new Set(
    message.flatMap((part) =>
      typeof part === 'string' ? [] : [part.name, ...inForms(part).flatMap((form) => [...namesIn(form)])],
    ),
  )
}
