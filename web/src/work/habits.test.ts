import { beforeEach, expect, it, vi } from 'vitest'
import { Habits } from './habits.svelte'

beforeEach(() => {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (place: string) => kept.get(place) ?? null,
    setItem: (place: string, text: string) => kept.set(place, text),
  })
  return () => vi.unstubAllGlobals()
})

it('habits are there again for the person who has them, and for nobody else', () => {
  const first = new Habits('ana')
  first.toggleOption('box')
  first.toggleSingle()

  expect([...new Habits('ana').options]).toEqual(['box'])
  expect(new Habits('ana').isSingle).toBe(true)
  expect(new Habits('ben').options.size).toBe(0)
})

it('habits last as long as the page where the browser keeps nothing', () => {
  vi.stubGlobal('localStorage', undefined)
  const habits = new Habits('ana')

  habits.toggleOption('box')
  habits.toggleOption('box')
  habits.toggleSingle()

  expect([habits.options.size, habits.isSingle]).toEqual([0, true])
})
