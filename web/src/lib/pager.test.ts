import { expect, test } from 'vitest'
import { Pager } from './pager'

/** A server with `total` numbers; remembers what it was asked. */
function server(total: number) {
  const asked: (string | null)[] = []
  const fetch = async (after: string | null, limit: number) => {
    asked.push(after)
    const from = after === null ? 0 : Number(after) + 1
    const items = Array.from({ length: Math.min(limit, total - from) }, (_, index) => from + index)
    const last = items.at(-1)
    return { items, next: last === undefined || last === total - 1 ? null : String(last) }
  }
  return { asked, fetch }
}

test('scrolling to the end reads every entry once, in order', async () => {
  const { fetch, asked } = server(250)
  const pager = new Pager(fetch, 100)

  for (let at = 0; !pager.isComplete; at = pager.known - 1) await pager.ensure(at, at + 20)

  expect(pager.known).toBe(250)
  expect([0, 99, 100, 249].map((index) => pager.at(index))).toEqual([0, 99, 100, 249])
  expect(asked).toEqual([null, '99', '199'])
})

test('pages far from the eye are let go and come back when it returns', async () => {
  const { fetch } = server(1000)
  const pager = new Pager(fetch, 10, 4)

  while (!pager.isComplete) await pager.ensure(pager.known, pager.known + 5)
  expect(pager.at(0)).toBeNull()

  await pager.ensure(0, 10)
  expect(pager.at(0)).toBe(0)
  expect(pager.known).toBe(1000)
})

test('the same page is asked for once, however many wait for it', async () => {
  const { fetch, asked } = server(50)
  const pager = new Pager(fetch, 100)

  await Promise.all([pager.ensure(0, 10), pager.ensure(0, 10), pager.ensure(5, 20)])

  expect(asked).toEqual([null])
})

test('a failed page can be asked for again', async () => {
  const { fetch } = server(50)
  let isDown = true
  const pager = new Pager<number>(async (after, limit) => {
    if (isDown) throw new Error('down')
    return fetch(after, limit)
  })

  await expect(pager.ensure(0, 10)).rejects.toThrow('down')
  isDown = false
  await pager.ensure(0, 10)

  expect(pager.at(3)).toBe(3)
})
