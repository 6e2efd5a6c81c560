import { afterEach, expect, it, vi } from 'vitest'
import type { BatchRow } from '../generated/types'
import { batchOf, changeBatch, inBatch, labelledIn, wantedIn } from './batches'

afterEach(() => vi.unstubAllGlobals())

/** A server that answers these, one after the other; gives the bodies that it was sent. */
function serving(...answers: { changed: number; next: number | null }[]): unknown[] {
  const bodies: unknown[] = []
  vi.stubGlobal('fetch', async (_path: string, init: RequestInit) => {
    bodies.push(JSON.parse(String(init.body)))
    return new Response(JSON.stringify(answers[bodies.length - 1]))
  })
  return bodies
}

it('writes a batch into an address and reads it again, whatever its name', () => {
  const name = 'Monday & more/50 %?'
  const address = inBatch('proj_1', 'label', name)

  expect(batchOf(address.slice(address.indexOf('?')))).toBe(name)
  expect(inBatch('proj_1', 'review')).toBe('/projects/proj_1/review')
  expect(batchOf('?annotation=x')).toBe('')
})

it('leaves excluded items out of what is to be settled and labelled', () => {
  const counts = { tasks: 10, open: 3, in_review: 1, undecided: 0, settled: 4, excluded: 2 }
  const row: BatchRow = { name: 'm', ...counts, priority: 0, for_me: true }

  expect([wantedIn(row), labelledIn(row)]).toEqual([8, 5])
})

it('goes on where the call before stopped until all is changed', async () => {
  const bodies = serving({ changed: 200, next: 900 }, { changed: 50, next: null })
  const seen: number[] = []

  const change = { batch: 'monday', name: '' }
  expect(await changeBatch('proj_1', change, (tasks) => seen.push(tasks), new AbortController().signal)).toBe(250)

  expect(bodies).toEqual([
    { ...change, after: 0 },
    { ...change, after: 900 },
  ])
  expect(seen).toEqual([200, 250])
})

it('sends no further call once it is stopped', async () => {
  const bodies = serving({ changed: 200, next: 900 }, { changed: 50, next: null })
  const stop = new AbortController()

  await changeBatch('proj_1', { batch: 'monday', priority: 100 }, () => stop.abort(), stop.signal)

  expect(bodies).toHaveLength(1)
})
