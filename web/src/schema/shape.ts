/** Whether a plain value has the shape of a label schema, so that the editor can show it; meaning is the server's. */
import { say } from '@/lib/language.svelte'

export type Path = readonly (string | number)[]
export interface Misfit {
  path: Path
  text: string
}

type Check = (value: unknown, path: Path) => Misfit[]

const fail = (path: Path, text: string): Misfit[] => [{ path, text }]
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const text: Check = (v, p) => (typeof v === 'string' ? [] : fail(p, say('schema.this_takes_a_text_put_it')))
const flag: Check = (v, p) => (typeof v === 'boolean' ? [] : fail(p, say('schema.this_takes_true_or_false')))
const number: Check = (v, p) => (typeof v === 'number' ? [] : fail(p, say('schema.this_takes_a_number')))
const orNothing =
  (check: Check): Check =>
  (v, p) =>
    v === null ? [] : check(v, p)
const oneOf =
  (...known: string[]): Check =>
  (v, p) =>
    typeof v === 'string' && known.includes(v)
      ? []
      : fail(p, say('schema.this_takes_one_of_known', { known: known.join(', ') }))
const list =
  (check: Check): Check =>
  (v, p) =>
    Array.isArray(v) ? v.flatMap((one, i) => check(one, [...p, i])) : fail(p, say('schema.this_takes_a_list'))

/** An object with these keys and no others. */
const object =
  (needed: Record<string, Check>, allowed: Record<string, Check>): Check =>
  (v, p) => {
    if (!isObject(v)) return fail(p, say('schema.this_takes_keys', { keys: Object.keys(needed).join(', ') }))
    const missing = Object.keys(needed).filter((key) => !(key in v))
    if (missing.length) return fail(p, say('schema.missing', { keys: missing.map((key) => `“${key}”`).join(', ') }))
    const checks: Record<string, Check> = { ...needed, ...allowed }
    return Object.entries(v).flatMap(([key, one]) => {
      const check = checks[key]
      return check ? check(one, [...p, key]) : fail([...p, key], say('schema.nothing_here_is_called_key', { key }))
    })
  }

/** A kind's own settings: the server knows what they may hold. */
const plain: Check = (v, p) => (isObject(v) ? [] : fail(p, say('schema.this_takes_settings')))

const label: Check = (v, p) => (typeof v === 'string' ? [] : fullLabel(v, p))
const fullLabel = object({ name: text }, { color: orNothing(text), help: text })
const attribute = object(
  { name: text, sort: oneOf('select', 'number', 'text', 'flag', 'entity') },
  {
    options: list(text),
    labels: list(text),
    required: flag,
    minimum: orNothing(number),
    maximum: orNothing(number),
    vocabulary: text,
  },
)
const condition = object({ field: text, any_of: list(text) }, {})
const field = object(
  { name: text, kind: text, labels: list(label) },
  {
    attributes: list(attribute),
    asset: text,
    required: flag,
    multiple: flag,
    shown_if: orNothing(condition),
    help: text,
    settings: plain,
  },
)
const schema = object({ fields: list(field) }, {})

/** What does not fit, first things first; empty for a schema. */
export function misfits(value: unknown): Misfit[] {
  return schema(value, [])
}
