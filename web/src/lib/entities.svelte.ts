/** Names of vocabulary entries, asked for once each and together. */
import { SvelteMap } from 'svelte/reactivity'
import type { EntryList, VocabularyEntry } from '../generated/types'
import { ask } from './api'
import { writeQuery } from './query'

/** The answer that no entry is meant. */
export const NOTHING = 'NIL'
const TOGETHER = 100
const known = new SvelteMap<string, VocabularyEntry>()
const wanted = new Map<string, Set<string>>()
let isWaiting = false

const keyOf = (vocabulary: string, id: string): string => JSON.stringify([vocabulary, id])

export function remember(vocabulary: string, entries: readonly VocabularyEntry[]): void {
  for (const entry of entries) known.set(keyOf(vocabulary, entry.id), entry)
}

/** What the entry is called; its id until that has come, or where there is none. */
export function entityName(vocabulary: string, id: string): string {
  const entry = known.get(keyOf(vocabulary, id))
  if (!entry && id !== NOTHING) want(vocabulary, id)
  return entry?.name ?? id
}

function want(vocabulary: string, id: string): void {
  const ids = wanted.get(vocabulary) ?? new Set()
  wanted.set(vocabulary, ids.add(id))
  if (isWaiting) return
  isWaiting = true
  queueMicrotask(() => void fetchWanted())
}

async function fetchWanted(): Promise<void> {
  isWaiting = false
  const all = [...wanted]
  wanted.clear()
  for (const [vocabulary, ids] of all)
    for (let at = 0; at < ids.size; at += TOGETHER) await fetchSome(vocabulary, [...ids].slice(at, at + TOGETHER))
}

async function fetchSome(vocabulary: string, ids: string[]): Promise<void> {
  const query = writeQuery({ vocabulary }) + ids.map((id) => `&entry_id=${encodeURIComponent(id)}`).join('')
  try {
    remember(vocabulary, (await ask<EntryList>('GET', `/api/entries${query}`)).entries)
  } catch {
    // the ids themselves are shown
  }
  // what there is no entry for is not asked again
  const none = ids.filter((id) => !known.has(keyOf(vocabulary, id)))
  remember(vocabulary, none.map((id) => ({ id, name: id })))
}

/** An object's answers in words: flags that hold by their name, entries by theirs. */
export type Told = readonly [name: string, answer: string | true]

export function answersTold(
  asked: readonly { name: string; sort: string; vocabulary?: string }[],
  attributes: Readonly<Record<string, unknown>>,
): Told[] {
  return Object.entries(attributes).flatMap(([name, answer]): Told[] => {
    const vocabulary = asked.find((one) => one.name === name && one.sort === 'entity')?.vocabulary
    if (answer === false || answer === undefined || answer === null) return []
    if (answer === true) return [[name, true]]
    return [[name, vocabulary ? entityName(vocabulary, String(answer)) : String(answer)]]
  })
}
