/** Why an answer is undecided: the server's English sentence, said in the reader's language. */
import { percent } from './format'
import { say } from './language.svelte'

/** Two shares as the server writes them, in the reader's digits. */
const shares = (found: string | undefined, allowed: string | undefined) => ({
  found: percent(Number(found) / 100),
  allowed: percent(Number(allowed) / 100),
})

/** Each sentence that the server makes of votes, after the name of the field. */
const SAID: readonly (readonly [RegExp, (parts: readonly string[]) => string])[] = [
  [/^(\d+) of (\d+) marked it$/, ([count, total]) => say('doubt.marked', { count: Number(count), total: Number(total) })],
  [
    /^at most (\d+) of (\d+) marked the same place$/,
    ([count, total]) => say('doubt.same_place', { count: Number(count), total: Number(total) }),
  ],
  [
    /^at most (\d+) of (\d+) say the same$/,
    ([count, total]) => say('doubt.say_the_same', { count: Number(count), total: Number(total) }),
  ],
  [
    /^(.+) is wrong with a probability of ([\d.]+)%; ([\d.]+)% is allowed$/,
    ([label, found, allowed]) =>
      say('doubt.risk', { label: label === 'nothing' ? say('figures.nothing') : label, ...shares(found, allowed) }),
  ],
  [
    /^(.+) is there with a probability of ([\d.]+)%; a doubt of ([\d.]+)% is allowed$/,
    ([label, found, allowed]) => say('doubt.there', { label, ...shares(found, allowed) }),
  ],
  [
    /^([\d.]+)% of what is there is overlooked by all who answered; ([\d.]+)% is allowed$/,
    ([found, allowed]) => say('doubt.overlooked', shares(found, allowed)),
  ],
  [/^something is asked for, and nothing is likely to be there$/, () => say('doubt.nothing_there')],
]
const FIRST = /^(\d+) of (\d+) chose (.+)$/
const NEXT = /^(\d+) chose (.+)$/
const REST = /^(\d+) did not mark it$/
const BETWEEN = /, (?=\d+ (?:chose |did not mark it$))/

/** "2 of 4 chose good, 2 chose bad", part by part; null where it is something else. */
function sayVotes(text: string): string | null {
  const said = text.split(BETWEEN).map((part, at) => {
    const [, count, total, first] = FIRST.exec(part) ?? []
    if (at === 0) {
      return first === undefined ? null : say('doubt.chose_of', { count: Number(count), total: Number(total), label: first })
    }
    const [, votes, label] = NEXT.exec(part) ?? []
    if (label !== undefined) return say('doubt.chose', { count: Number(votes), label })
    const rest = REST.exec(part)?.[1]
    return rest === undefined ? null : say('doubt.unmarked', { count: Number(rest) })
  })
  return said.includes(null) ? null : said.join(say('doubt.between'))
}

function sayPart(text: string): string | null {
  for (const [pattern, said] of SAID) {
    const found = pattern.exec(text)
    if (found) return said(found.slice(1))
  }
  return sayVotes(text)
}

/**
 * One reason in the reader's language. Names of fields, attributes and labels stay as they are, and so does
 * a sentence that is not known here.
 */
export function sayDoubt(text: string): string {
  const parts = text.split(': ')
  // of a field; of a field's attribute; of neither
  for (const names of [1, 2, 0]) {
    const said = sayPart(parts.slice(names).join(': '))
    if (said !== null) return [...parts.slice(0, names), said].join(': ')
  }
  return text
}

/** Several reasons, each once and with how often it was given. */
export function sayDoubts(texts: readonly string[]): string {
  const times = new Map<string, number>()
  for (const text of texts) times.set(text, (times.get(text) ?? 0) + 1)
  return [...times].map(([text, count]) => sayDoubt(text) + (count > 1 ? ` × ${count}` : '')).join('; ')
}
