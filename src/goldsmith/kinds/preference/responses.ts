/** The responses that an item holds, by name, and the order in which they are shown. */
import type { ItemData } from '@/generated/types'
import { textsOf } from '@/ui/reading/messages'

export interface Response {
  readonly name: string
  readonly text: string
}

/** By data key, or by number from 1 where one key holds a JSON list of texts. */
export function responsesOf(item: ItemData, keys: readonly string[]): Response[] {
  const data = item.data ?? {}
  const [only = '', ...others] = keys
  if (!others.length) return textsOf(data[only]).map((text, at) => ({ name: String(at + 1), text }))
  return keys.flatMap((name) => (typeof data[name] === 'string' ? [{ name, text: data[name] }] : []))
}

/** The order in which this item's responses are shown: drawn from their texts, so the same at every look. */
export function shownOf(responses: readonly Response[], isShuffled: boolean): string[] {
  const names = responses.map(({ name }) => name)
  if (!isShuffled) return names
  const next = chanceOf(responses.map(({ text }) => text).join('\u0000'))
  for (let at = names.length - 1; at > 0; at--) {
    const other = next(at + 1)
    const held = names[at] ?? ''
    names[at] = names[other] ?? ''
    names[other] = held
  }
  return names
}

/** Whole numbers below a bound, by Mulberry32 (T. Ettinger, 2017) from the FNV-1a hash of a text. */
function chanceOf(seed: string): (below: number) => number {
  let state = 0x811c9dc5
  for (let at = 0; at < seed.length; at++) state = Math.imul(state ^ seed.charCodeAt(at), 0x01000193)
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** Texts to try a schema on. */
export const SAMPLES = [
  'A spinning top does not fall because its **spin has a direction**. Gravity only turns that direction slowly round.',
  'It stays up due to conservation of angular momentum, `L = I ω`:\n\n- torque changes *L*\n- so the axis *precesses*',
  'Because it is spinning fast, gravity cannot pull it down.',
  'The table holds it up.',
]
export const SAMPLE_PROMPT = 'Why does a spinning top not fall over?'
