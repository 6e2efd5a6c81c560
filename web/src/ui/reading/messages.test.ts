import { describe, expect, it } from 'vitest'
import { messagesOf, textsOf } from './messages'

describe('messages', () => {
  it('are read with what they call and what came back', () => {
    const call = { function: { name: 'search', arguments: '{"q":"gold"}' } }
    const found = messagesOf(
      JSON.stringify([
        { role: 'user', content: 'Find **gold**' },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', content: '3 hits' },
        { role: 'assistant', content: [{ type: 'text', text: 'Here.' }, { type: 'tool_use', name: 'stop', input: { a: 1 } }] },
      ]),
    )
    expect(found?.map(({ role, text }) => [role, text])).toEqual([
      ['user', 'Find **gold**'],
      ['assistant', ''],
      ['tool', '3 hits'],
      ['assistant', 'Here.'],
    ])
    expect(found?.[1]?.calls).toEqual([{ name: 'search', input: '{\n  "q": "gold"\n}' }])
    expect(found?.[3]?.calls).toEqual([{ name: 'stop', input: '{\n  "a": 1\n}' }])
    expect(found?.map(({ isResult }) => isResult)).toEqual([false, false, true, false])
  })

  it('are none where the text is something else', () => {
    expect([messagesOf('Hello'), messagesOf('[1, 2]'), messagesOf('[not json'), messagesOf('[]')]).toEqual([null, null, null, null])
    expect([textsOf('["a", "b"]'), textsOf('a'), textsOf(undefined)]).toEqual([['a', 'b'], [], []])
  })
})
