import { describe, expect, it } from 'vitest'
import { Notes } from './notes'

const DAY_MS = 24 * 3_600_000

/** A browser's storage, of `room` characters. */
function storage(room = 1000): Storage {
  const held = new Map<string, string>()
  return {
    get length() {
      return held.size
    },
    key: (at) => [...held.keys()][at] ?? null,
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => {
      if (value.length > room) throw new DOMException('full', 'QuotaExceededError')
      held.set(key, value)
    },
    removeItem: (key) => void held.delete(key),
    clear: () => held.clear(),
  }
}

describe('notes', () => {
  it('come back in another visit, to whoever made them only, until they are dropped', () => {
    const place = storage()
    new Notes<string>('ana', place).write('task_1', 'Too wide.')
    const later = new Notes<string>('ana', place)

    expect(later.read('task_1')).toBe('Too wide.')
    expect(later.read('task_2')).toBeNull()
    expect(new Notes<string>('ben', place).read('task_1')).toBeNull()
    later.drop('task_1')
    expect(new Notes<string>('ana', place).read('task_1')).toBeNull()
  })

  it('go after a month, and leave what is not theirs alone', () => {
    const place = storage()
    place.setItem('theme', 'dark')
    new Notes<string>('ana', place, () => 0).write('task_1', 'old')
    new Notes<string>('ana', place, () => 20 * DAY_MS).write('task_2', 'young')
    const notes = new Notes<string>('ben', place, () => 31 * DAY_MS)

    expect([notes.read('task_1'), place.length]).toEqual([null, 2])
    expect(new Notes<string>('ana', place, () => 31 * DAY_MS).read('task_2')).toBe('young')
    expect(place.getItem('theme')).toBe('dark')
  })

  it('a full browser and a broken note are no error', () => {
    const place = storage(20)
    place.setItem('goldsmith:notes:ana:task_1', '{broken')
    const notes = new Notes<string>('ana', place)
    notes.write('task_2', 'far too long for this browser')

    expect([notes.read('task_1'), notes.read('task_2')]).toEqual([null, null])
  })
})
