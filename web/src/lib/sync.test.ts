import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Operation } from '@/generated/types'
import { ApiError } from './api'
import { MemoryStore, type Entry } from './store'
import { Sync, batches, fold, type SyncStatus, type Transport } from './sync'

const LEASE = { lease_id: 'lease_1', task_id: 'task_1', fence: 3, name: 'street.jpg' }
const OTHER = { ...LEASE, lease_id: 'lease_2', task_id: 'task_2', name: 'alley.jpg' }
const put = (id: string, label = 'car'): Operation => ({
  operation_id: `op-${id}-${label}`,
  action: 'put',
  field: 'things',
  object: { id, kind: 'box', label },
})
const remove = (id: string): Operation => ({
  operation_id: `rm-${id}`,
  action: 'remove',
  field: 'things',
  object_id: id,
})
const offline = (): ApiError => new ApiError(0, 'offline', 'The server could not be reached.')

/** A server that keeps what it is sent, and fails when told to. */
class Server implements Transport {
  calls: string[] = []
  kept: Operation[] = []
  error: ApiError | null = null
  farewells: Operation[][] = []
  private hear(call: string): void {
    if (this.error) throw this.error
    this.calls.push(call)
  }
  async operations(leaseId: string, _: number, operations: readonly Operation[]): Promise<void> {
    this.hear(`operations ${leaseId} ${operations.length}`)
    this.kept.push(...operations)
  }
  async submit(leaseId: string): Promise<string> {
    this.hear(`submit ${leaseId}`)
    return `answer of ${leaseId}`
  }
  async skip(leaseId: string): Promise<void> {
    this.hear(`skip ${leaseId}`)
  }
  async decide(leaseId: string, _: number, { decision }: { decision: string }): Promise<void> {
    this.hear(`decide ${leaseId} ${decision}`)
  }
  farewell(_: string, __: number, operations: readonly Operation[]): void {
    this.farewells.push([...operations])
  }
}

function setUp(store = new MemoryStore(), server = new Server(), personId = 'ana') {
  const told = { statuses: [] as SyncStatus[], submitted: [] as string[], lost: [] as Entry[], refused: [] as Entry[], decided: [] as Entry[] }
  const sync = new Sync({
    store,
    transport: server,
    personId,
    projectId: 'project_1',
    tabId: 'tab_1',
    events: {
      onstatus: (status) => told.statuses.push(status),
      onsubmitted: (_, id) => told.submitted.push(id),
      ondecided: (entry) => told.decided.push(entry),
      onlost: (entry) => told.lost.push(entry),
      onrefused: (entry) => told.refused.push(entry),
    },
  })
  return { store, server, sync, told, status: () => told.statuses.at(-1) }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('fold', () => {
  it('puts, replaces in place, removes and keeps the sketch', () => {
    const sketch: Operation = { operation_id: 's', action: 'sketch', object: { kind: 'polygon', points: [[1, 2]] } }
    const draft = fold([put('a'), put('b'), put('a', 'bus'), remove('b'), remove('unknown'), sketch])

    expect(draft.value).toEqual({ things: [{ id: 'a', kind: 'box', label: 'bus' }] })
    expect(draft.sketch).toEqual({ kind: 'polygon', points: [[1, 2]] })
    expect(draft.operations).toBe(6)
  })

  it('goes on from a draft without changing it', () => {
    const start = { value: { things: [{ id: 'a' }] }, operations: 4 }
    const draft = fold([remove('a'), { operation_id: 'r', action: 'replace', value: { mood: [{ id: 'x' }] } }], start)

    const taken = { mood: [{ id: 'x' }] }
    expect(draft).toEqual({ value: taken, sketch: null, operations: 6, start: taken })
    expect(start.value.things).toHaveLength(1)
  })
})

describe('saving', () => {
  it('sends a burst of edits as one batch within a second, then is saved', async () => {
    const { sync, server, status, store } = setUp()

    for (const id of ['a', 'b', 'c', 'd']) {
      sync.operations(LEASE, [put(id)])
      await vi.advanceTimersByTimeAsync(300)
    }
    await vi.advanceTimersByTimeAsync(100)

    expect(server.calls).toEqual(['operations lease_1 4'])
    expect(status()).toEqual({ state: 'saved', waiting: 0 })
    expect(await store.all()).toEqual([])
  })

  it('keeps each edit on disk before it is sent', async () => {
    const { sync, store, server } = setUp()
    sync.operations(LEASE, [put('a')])
    await vi.advanceTimersByTimeAsync(1)

    expect((await store.all()).map(({ task_id }) => task_id)).toEqual(['task_1'])
    expect(server.calls).toEqual([])
  })

  it('says how much waits while offline, tries again, and sends all in order', async () => {
    const { sync, server, status, told } = setUp()
    server.error = offline()
    sync.operations(LEASE, [put('a')])
    sync.submit(LEASE, {}, 5)
    sync.operations(OTHER, [put('b')])
    sync.submit(OTHER, {}, 6)
    await vi.advanceTimersByTimeAsync(500)
    expect(status()).toEqual({ state: 'offline', waiting: 4 })

    server.error = null
    await vi.advanceTimersByTimeAsync(2000)

    expect(server.calls).toEqual(['operations lease_1 1', 'submit lease_1', 'operations lease_2 1', 'submit lease_2'])
    expect(told.submitted).toEqual(['answer of lease_1', 'answer of lease_2'])
    expect(status()?.state).toBe('saved')
  })

  it('waits longer after each failure, and goes at once when the connection is back', async () => {
    const { sync, server } = setUp()
    const tries = vi.spyOn(server, 'operations')
    server.error = offline()
    sync.operations(LEASE, [put('a')])
    await vi.advanceTimersByTimeAsync(8000)
    expect(tries).toHaveBeenCalledTimes(4) // at 0.4, 1.4, 3.4 and 7.4 s

    server.error = null
    await sync.resume()

    expect(server.kept).toHaveLength(1)
  })

  it('asks to sign in, keeps everything, and goes on afterwards', async () => {
    const { sync, server, status } = setUp()
    server.error = new ApiError(401, 'sign_in_needed', 'Sign in.')
    sync.operations(LEASE, [put('a')])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(status()).toEqual({ state: 'signed_out', waiting: 1 })

    server.error = null
    await sync.resume()

    expect(server.calls).toEqual(['operations lease_1 1'])
  })

  it('sends what is left once more when the page closes', () => {
    const { sync, server } = setUp()
    sync.operations(LEASE, [put('a'), put('b')])

    sync.farewell()

    expect(server.farewells).toEqual([[put('a'), put('b')]])
  })
})

describe('what goes wrong', () => {
  it('keeps an answer as a draft when the lease is lost, and gives it to the next lease of the task', async () => {
    const { sync, server, told } = setUp()
    server.error = new ApiError(409, 'lease_lost', 'The task went back to the queue.')
    sync.operations(LEASE, [put('a')])
    sync.submit(LEASE, { things: [{ id: 'a' }] }, 5)
    await vi.advanceTimersByTimeAsync(500)
    expect(told.lost.map(({ name }) => name)).toEqual(['street.jpg'])
    expect(fold(sync.pendingOf(LEASE)).value).toEqual({ things: [{ id: 'a' }] })

    server.error = null
    sync.adopt({ ...LEASE, lease_id: 'lease_9', fence: 8 })
    await vi.advanceTimersByTimeAsync(1000)

    expect(server.calls).toEqual(['operations lease_9 2'])
    expect(sync.pendingOf(LEASE)).toEqual([])
  })

  it('goes on with the next task when one answer is refused', async () => {
    const { sync, server, told } = setUp()
    const submit = vi.spyOn(server, 'submit')
    submit.mockRejectedValueOnce(new ApiError(400, 'bad_input', 'The box has no area.'))
    sync.submit(LEASE, { things: [] }, 5)
    sync.submit(OTHER, { things: [] }, 5)
    await vi.advanceTimersByTimeAsync(10)

    expect(told.refused.map(({ task_id }) => task_id)).toEqual(['task_1'])
    expect(told.submitted).toEqual(['answer of lease_2'])
    expect(sync.pendingOf(LEASE)).toHaveLength(1)
  })

  it('never takes steps of a review for those of an audit or of labelling, on the same task', async () => {
    const { sync, server } = setUp()
    server.error = offline()
    const review = { ...LEASE, stage: 'review' as const }
    sync.operations(review, [put('a')])
    await vi.advanceTimersByTimeAsync(500)

    expect(sync.pendingOf({ ...LEASE, lease_id: 'lease_7' })).toEqual([])
    expect(sync.pendingOf({ ...LEASE, lease_id: 'lease_8', stage: 'audit' })).toEqual([])
    expect(sync.pendingOf({ ...review, lease_id: 'lease_9' })).toEqual([])
    expect(sync.pendingOf(review)).toEqual([put('a')])
  })

  it('leaves to the server what came too late for a review: it has kept it', async () => {
    const { sync, server, told, store, status } = setUp()
    server.error = new ApiError(409, 'lease_lost', 'The task went back to the queue.')
    sync.operations({ ...LEASE, stage: 'review' }, [put('a')])
    await vi.advanceTimersByTimeAsync(500)

    expect(told.lost).toHaveLength(1)
    expect(status()).toEqual({ state: 'saved', waiting: 0 })
    expect(await store.all()).toEqual([])
  })

  const ACCEPTED = { act: 'decide', decision: { decision: 'accepted' } } as const
  const REVIEW = { ...LEASE, stage: 'review' as const }

  it('keeps a decision while there is no connection, and sends it after the steps before it', async () => {
    const { sync, server, told, store } = setUp()
    server.error = offline()
    sync.operations(REVIEW, [put('a')])
    const outcome = await sync.hand(REVIEW, ACCEPTED)
    const other = await sync.hand({ ...OTHER, stage: 'review' }, { act: 'skip', reason: 'dark' })
    expect([outcome, other, told.decided, sync.leaving()]).toEqual(['waiting', 'waiting', [], ['lease_1', 'lease_2']])

    server.error = null
    await sync.resume()

    expect(server.calls).toEqual(['operations lease_1 1', 'decide lease_1 accepted', 'skip lease_2'])
    expect(told.decided.map(({ task_id }) => task_id)).toEqual(['task_1'])
    expect(await store.all()).toEqual([])
  })

  it('says how a decision fared that the server did not take, and keeps none of it to be sent again', async () => {
    const { sync, server, told, store } = setUp()
    expect(await sync.hand(REVIEW, ACCEPTED)).toBe('sent')
    server.error = new ApiError(400, 'bad_input', 'Say why.')
    expect(await sync.hand(REVIEW, ACCEPTED)).toBe('refused')
    server.error = new ApiError(409, 'lease_lost', 'The item was taken out.')
    expect(await sync.hand(REVIEW, ACCEPTED)).toBe('lost')

    expect([told.refused.length, told.lost.length, await store.all()]).toEqual([1, 1, []])
  })

  it('sends nothing more of what was decided', async () => {
    const { sync, server, store } = setUp()
    sync.operations({ ...LEASE, stage: 'review' }, [put('a')])
    sync.operations(OTHER, [put('b')])

    sync.forget(LEASE)
    await vi.advanceTimersByTimeAsync(1000)

    expect(server.calls).toEqual(['operations lease_2 1'])
    expect(await store.all()).toEqual([])
  })

  it('takes an unsent answer back', async () => {
    const { sync, server } = setUp()
    server.error = offline()
    sync.submit(LEASE, {}, 5)
    await vi.advanceTimersByTimeAsync(10)
    expect(sync.leaving()).toEqual(['lease_1'])

    expect(sync.withdraw('task_1')).toBe(true)
    server.error = null
    await sync.resume()

    expect(server.calls).toEqual([])
  })
})

describe('after a closed tab', () => {
  it('replays what the last visit left, operations and answers alike', async () => {
    const first = setUp()
    first.server.error = offline()
    first.sync.operations(LEASE, [put('a')])
    first.sync.submit(LEASE, {}, 5)
    await vi.advanceTimersByTimeAsync(10)
    first.sync.stop()

    const second = setUp(first.store)
    await second.sync.restore()

    expect(second.server.calls).toEqual(['operations lease_1 1', 'submit lease_1'])
    expect(await first.store.all()).toEqual([])
  })

  it('leaves the work of another person alone', async () => {
    const first = setUp()
    first.server.error = offline()
    first.sync.operations(LEASE, [put('a')])
    await vi.advanceTimersByTimeAsync(10)
    first.sync.stop()

    const second = setUp(first.store, new Server(), 'ben')
    await second.sync.restore()

    expect(second.server.calls).toEqual([])
    expect(await first.store.all()).toHaveLength(1)
  })
})

it('batches end where the lease changes, and answers go alone', () => {
  const entry = (lease_id: string, act: 'operation' | 'skip'): Entry =>
    ({ lease_id, what: act === 'skip' ? { act, reason: '' } : { act, operation: put('a') } }) as Entry
  const entries = [entry('1', 'operation'), entry('1', 'operation'), entry('1', 'skip'), entry('2', 'operation')]

  expect(batches(entries).map((batch) => batch.length)).toEqual([2, 1, 1])
})
