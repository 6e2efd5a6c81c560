/** The pairs of labels that a relation may join, as lines to write: `person → company`. */
import type { RelationPair } from '../../../../web/src/generated/types'

export const written = (pairs: readonly RelationPair[]): string =>
  pairs.map(({ source, target }) => `${source} → ${target}`).join('\n')

/** A line without an arrow, or with an empty side, is not taken yet. `->` is an arrow too. */
export function read(text: string): RelationPair[] {
  return text.split('\n').flatMap((line) => {
    const [source = '', target = '', ...more] = line.split(/→|->/).map((part) => part.trim())
    return source && target && !more.length ? [{ source, target }] : []
  })
}
