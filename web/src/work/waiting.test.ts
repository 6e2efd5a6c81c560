import { describe, expect, it } from 'vitest'
import { whyNothing } from './waiting'

const NONE = { waiting: 0, for_others: 0, labelled: 0, judged: 0, skipped: 0, with_others: 0 }

describe('why nothing is there to review', () => {
  it.each([
    [{ waiting: 3, labelled: 3 }, '3 tasks wait for review, but you labelled them: somebody else must review them.'],
    [{ waiting: 1, labelled: 1 }, '1 task waits for review, but you labelled it: somebody else must review it.'],
    [{ waiting: 2, skipped: 2 }, '2 tasks wait for review, but you skipped them: somebody else must review them.'],
    [
      { waiting: 1003, labelled: 1000, skipped: 3, with_others: 1 },
      '1,000 or more tasks wait for review, but you labelled 1,000 or more and skipped 3: ' +
        'somebody else must review them. 1 is with another reviewer now.',
    ],
    [
      { waiting: 3, labelled: 1, judged: 2 },
      '1 task waits for review, but you labelled it: somebody else must review it. ' +
        '2 wait at another level than the one at which you judged them.',
    ],
    [{ waiting: 1, for_others: 1 }, '1 waits for people of another group, or with other skills.'],
    [{ with_others: 2 }, '2 are with another reviewer now.'],
    [{}, 'Answers come here once an item has all of them, or when they do not come to a decision.'],
  ])('%o', (found, text) => {
    expect(whyNothing({ ...NONE, ...found })).toBe(text)
  })
})
