import { describe, expect, it } from 'vitest'
import { ACTIONS, KeyReader, chordOf, conflicts, digitOf, keyCap, keysOf, type KeyLike } from './shortcuts'

const press = (key: string, code = '', held: Partial<KeyLike> = {}): KeyLike => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
})

describe('keys', () => {
  it('names a letter by what it writes, and by its place where it writes no Latin letter', () => {
    expect(chordOf(press('z', 'KeyW', { ctrlKey: true }))).toBe('Ctrl+Z')
    expect(chordOf(press('я', 'KeyZ', { ctrlKey: true }))).toBe('Ctrl+Z')
    expect(chordOf(press('Z', 'KeyZ', { metaKey: true, shiftKey: true }))).toBe('Ctrl+Shift+Z')
  })

  it('names a digit by its key, whatever Shift makes of it, and a sign by itself', () => {
    expect(chordOf(press('!', 'Digit1', { shiftKey: true }))).toBe('Shift+1')
    expect(chordOf(press('&', 'Digit1'))).toBe('1')
    expect(chordOf(press('?', 'Slash', { shiftKey: true }))).toBe('?')
    expect(chordOf(press(' ', 'Space', { ctrlKey: true }))).toBe('Ctrl+Space')
    expect(chordOf(press('Tab', 'Tab', { shiftKey: true }))).toBe('Shift+Tab')
  })

  it('reads digits as labels 1 to 20, and with Ctrl or Alt as a new label', () => {
    expect(digitOf('0')).toEqual({ act: 'label', number: 10 })
    expect(digitOf('Shift+3')).toEqual({ act: 'label', number: 13 })
    expect(digitOf('Alt+2')).toEqual({ act: 'relabel', number: 2 })
    expect(digitOf('T')).toBeNull()
  })

  it('shows keys as they stand on the caps', () => {
    expect(keyCap('Ctrl+Shift+Z Ctrl+Y')).toBe('Ctrl ⇧ Z')
    expect(keyCap('T,H')).toBe('T then H')
    expect(keyCap('+ =')).toBe('+')
  })
})

describe('the table', () => {
  it('has no action twice and no conflict as shipped', () => {
    expect(new Set(ACTIONS.map(({ action }) => action)).size).toBe(ACTIONS.length)
    expect(conflicts({})).toEqual([])
  })

  it('finds a conflict that a person made', () => {
    expect(conflicts({ hide: 'L' })).toEqual([{ keys: 'L', actions: ['hide', 'lock'] }])
  })

  it('knows in the grid only what works there, and finds conflicts among that', () => {
    const reader = new KeyReader({ grid_accept: 'T' }, ['grid'])

    expect([reader.read('T', 0), reader.read('A', 0), reader.read('Ctrl+Z', 0)]).toEqual(['grid_accept', null, 'undo'])
    expect(conflicts({ grid_accept: 'L' })).toEqual([])
    expect(conflicts({ grid_accept: 'Ctrl+Y' })).toEqual([{ keys: 'Ctrl+Y', actions: ['redo', 'grid_accept'] }])
  })

  it('takes a person’s keys before its own', () => {
    expect(keysOf('hide', { hide: 'G' })).toBe('G')
    expect(new KeyReader({ hide: 'G' }, ['image']).read('G', 0)).toBe('hide')
    expect(new KeyReader({ hide: 'G' }, ['image']).read('H', 0)).toBeNull()
  })
})

describe('reading', () => {
  it('knows a sequence only while it is fresh', () => {
    const reader = new KeyReader({}, ['image'])

    expect([reader.read('T', 0), reader.read('H', 400)]).toEqual(['', 'hide_all'])
    expect([reader.read('T', 1000), reader.read('H', 9000)]).toEqual(['', 'hide'])
  })

  it('leaves out what belongs to another surface', () => {
    expect(new KeyReader({}, ['text']).read('F', 0)).toBeNull()
    expect(new KeyReader({}, ['image']).read('F', 0)).toBe('repeat')
  })
})
