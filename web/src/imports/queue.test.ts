import { describe, expect, it } from 'vitest'
import { isLitter, isRaw, LIMITS, UploadQueue, waitAfter, type Batch, type FileFacts } from './queue'
import { pace, sampled } from './rate'

const file = (path: string, size = 1000): FileFacts => ({ path, size, mtime: 1 })
const many = (n: number, size = 1000) => Array.from({ length: n }, (_, i) => file(`photos/${i}.jpg`, size))
const none = new Map<string, string>()

function queueOf(files: FileFacts[]): UploadQueue {
  const queue = new UploadQueue()
  queue.add(files)
  return queue
}

function taken(queue: UploadQueue, now = 0): Batch {
  const batch = queue.take(now)
  if (!batch) throw new Error('nothing to take')
  return batch
}

describe('batches', () => {
  it('hold at most 20 files and 16 MB, three at a time', () => {
    const queue = queueOf([...many(25), file('a/large.jpg', LIMITS.bytes - 10)])

    expect(taken(queue).files.length).toBe(20)
    expect(taken(queue).files.length).toBe(5)
    expect(taken(queue).files.map((f) => f.path)).toEqual(['a/large.jpg'])
    expect(queue.take(0)).toBeNull()
  })

  it('a zip, a table and a file over 16 MB travel alone', () => {
    const queue = queueOf([file('a/1.jpg'), file('labels.csv'), file('a/2.jpg'), file('b.tif', LIMITS.bytes + 1)])
    const batches = [taken(queue), taken(queue), taken(queue)]

    expect(batches.map((b) => [b.raw, b.files.map((f) => f.path)])).toEqual([
      [false, ['a/1.jpg', 'a/2.jpg']],
      [true, ['labels.csv']],
      [true, ['b.tif']],
    ])
  })

  it('archives travel alone, whatever they are packed with', () => {
    const names = ['a.zip', 'a.tar', 'a.tgz', 'a.tar.gz', 'a.TAR.BZ2', 'a.tbz2', 'set/a.tar.xz', 'a.txz']
    expect(names.filter((name) => !isRaw(file(name)))).toEqual([])
  })

  it('a text file alone is a list of lines, in a folder it is one item', () => {
    expect([isRaw(file('notes.txt')), isRaw(file('notes/a.txt'))]).toEqual([true, false])
  })

  it('every one of 10,000 files goes exactly once', () => {
    const queue = queueOf(many(10_000))
    const seen: string[] = []
    for (let batch = queue.take(0); batch; batch = queue.take(0)) {
      seen.push(...batch.files.map((f) => f.path))
      queue.settle(batch, none)
    }

    expect(seen.length).toBe(10_000)
    expect(new Set(seen).size).toBe(10_000)
    expect(queue.isOver).toBe(true)
    expect(queue.totals).toMatchObject({ files: 10_000, done: 10_000, bytes: 10_000_000, doneBytes: 10_000_000 })
  })
})

describe('what did not arrive', () => {
  it('is tried again after 1, 2, 4 … seconds, then given up', () => {
    const queue = queueOf([file('a/1.jpg')])
    let now = 0
    for (let tries = 1; tries < LIMITS.tries; tries++) {
      queue.fail(taken(queue, now), 'offline', now)
      expect(queue.take(now + waitAfter(tries) - 1)).toBeNull()
      expect(queue.nextAt()).toBe(now + waitAfter(tries))
      now += waitAfter(tries)
    }
    queue.fail(taken(queue, now), 'offline', now)

    expect(queue.totals.failed).toBe(1)
    expect(queue.isOver).toBe(true)
    expect(queue.retry()).toBe(1)
    expect(taken(queue, now).files.length).toBe(1)
  })

  it('is not tried again by itself when the server refused it', () => {
    const queue = queueOf([file('a/1.jpg'), file('a/2.jpg')])
    queue.settle(taken(queue), new Map([['a/2.jpg', 'holds a PDF']]))

    expect(queue.totals).toMatchObject({ done: 1, rejected: 1 })
    expect(queue.notTaken().map((r) => r.reason)).toEqual(['holds a PDF'])
    expect(queue.take(1e9)).toBeNull()
  })
})

describe('after a reload', () => {
  it('goes on with what was not done, and skips what was', () => {
    const first = queueOf(many(30))
    first.settle(taken(first), none)
    taken(first)
    const second = new UploadQueue()
    second.restore(first.takeChanged())

    expect(second.take(0, () => false)).toBeNull()
    expect(second.missing(() => false)).toBe(10)
    expect(second.add(many(30))).toEqual({ added: 0, known: 30 })
    expect(taken(second).files.length).toBe(10)
  })

  it('sends a file again that changed since', () => {
    const queue = queueOf([file('a/1.jpg', 5)])
    queue.settle(taken(queue), none)

    expect(queue.add([{ path: 'a/1.jpg', size: 5, mtime: 2 }])).toEqual({ added: 1, known: 0 })
    expect(queue.totals).toMatchObject({ files: 1, done: 0 })
  })
})

it('a batch put back is neither lost nor counted as a try', () => {
  const queue = queueOf(many(3))
  queue.putBack(taken(queue))

  expect(queue.totals.sending).toBe(0)
  expect(taken(queue).files.length).toBe(3)
})

it('knows the litter of file systems', () => {
  expect(['a/.DS_Store', '__MACOSX/a.jpg', 'x/Thumbs.db', '.git/config'].every(isLitter)).toBe(true)
  expect(isLitter('a/b.c/d.jpg')).toBe(false)
})

it('the pace is that of the last 15 seconds', () => {
  let samples = sampled([], { at: 0, files: 0, bytes: 0 })
  expect(pace(samples, 100)).toBeNull()
  for (let s = 1; s <= 40; s++) samples = sampled(samples, { at: s * 1000, files: s * 2, bytes: s * 100 })

  expect(samples.length).toBe(16)
  expect(pace(samples, 500)).toEqual({ files_per_second: 2, bytes_per_second: 100, seconds_left: 5 })
})
