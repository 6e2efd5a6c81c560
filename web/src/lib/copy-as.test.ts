import { expect, test } from 'vitest'
import { asCurl, asPython, pythonLiteral } from './copy-as'

test('a quote in the body cannot leave the shell string', () => {
  expect(asCurl('http://x', 'POST', '/api/y', { name: "O'Neil" })).toContain(`-d '{"name":"O'\\''Neil"}'`)
})

test('JSON words become Python words', () => {
  expect(pythonLiteral({ a: null, b: [true, false], c: 'x' })).toBe('{"a": None, "b": [True, False], "c": "x"}')
})

test('a call without a body sends none', () => {
  expect(asPython('http://x', 'GET', '/api/y')).not.toContain('data=')
})
