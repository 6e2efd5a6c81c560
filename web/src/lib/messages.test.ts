import { describe, expect, it } from 'vitest'
import { fill, namesIn, parse, type Writing } from './messages'

const writingIn = (tag: string): Writing => ({
  number: (value) => new Intl.NumberFormat(tag).format(value),
  text: (value) => value,
  form: (value) => new Intl.PluralRules(tag).select(value),
})
const english = writingIn('en')
const ITEMS = '{count, plural, =0 {no item} one {# item} other {# items}} in {name}'

describe('a message', () => {
  it.each([
    [{ count: 0, name: 'A' }, 'no item in A'],
    [{ count: 1, name: 'A' }, '1 item in A'],
    [{ count: 7764, name: 'A' }, '7,764 items in A'],
    [{ count: 2 }, '2 items in –'],
  ])('takes the form of its number: %o', (values, text) => {
    expect(fill(parse(ITEMS), values, english)).toBe(text)
  })

  it('has the six forms of Arabic', () => {
    const message = parse('{n, plural, zero {0} one {1} two {2} few {few} many {many} other {other}}')

    const said = [0, 1, 2, 3, 11, 100].map((n) => fill(message, { n }, writingIn('ar')))

    expect(said).toEqual(['0', '1', '2', 'few', 'many', 'other'])
  })

  it('keeps its text as it is, and a value that looks like a placeholder too', () => {
    expect(fill(parse('# {name} #'), { name: '{count}' }, english)).toBe('# {count} #')
  })

  it('puts a plural into the form of another', () => {
    const message = parse('{a, plural, one {# of {b, plural, one {# box} other {# boxes}}} other {# in all}}')

    expect(fill(message, { a: 1, b: 2 }, english)).toBe('1 of 2 boxes')
  })

  it('names what it needs, also inside its forms', () => {
    expect(namesIn(parse('{a, plural, one {{b}} other {#}} {c}'))).toEqual(new Set(['a', 'b', 'c']))
  })

  it.each(['{name', 'name}', '{a b}', '{n, plural, one {#}}', '{n, plural, one {# other {#}}'])(
    'is refused with its braces wrong: %s',
    (source) => {
      expect(() => parse(source)).toThrow()
    },
  )
})
