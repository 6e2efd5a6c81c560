import { describe, expect, it } from 'vitest'
import { History } from '../history'

describe('history', () => {
  it('undoes and redoes, and a new edit drops what was undone', () => {
    const history = new History(0)
    history.push(1)
    history.push(2)

    expect([history.undo(), history.now]).toEqual([true, 1])
    expect([history.redo(), history.now]).toEqual([true, 2])
    history.undo()
    history.push(5)
    expect(history.redo()).toBe(false)
    expect([history.undo(), history.undo(), history.now, history.undo()]).toEqual([true, true, 0, false])
  })

  it('keeps no more than its limit', () => {
    const history = new History(0, 2)
    for (const n of [1, 2, 3]) history.push(n)

    while (history.canUndo) history.undo()

    expect(history.now).toBe(1)
  })
})
