/**
 * Mentions: a text is kept with `@[person_… Name]` and shown, while it is written too, with `@Name`.
 * All of it pure; positions are UTF-16 offsets as a text area has them.
 */

const STORED = /@\[(person_[0-9a-z]+)(?: ([^\]]*))?\]/g

/** A stretch of a text; `person` is set where it mentions somebody. */
export interface Stretch {
  readonly text: string
  readonly person: string | null
}

/** The text in stretches, each mention as `@Name`. */
export function stretches(stored: string): Stretch[] {
  const found: Stretch[] = []
  let from = 0
  for (const match of stored.matchAll(STORED)) {
    if (match.index > from) found.push({ text: stored.slice(from, match.index), person: null })
    found.push({ text: `@${match[2] || '?'}`, person: match[1] ?? null })
    from = match.index + match[0].length
  }
  if (from < stored.length) found.push({ text: stored.slice(from), person: null })
  return found
}

/** Who may be meant by a name that stands after @, as far as the writer has chosen: name → person id. */
export type Chosen = ReadonlyMap<string, string>

/** The text as its writer sees it, and whom its names mean. */
export function shown(stored: string): { text: string; chosen: Map<string, string> } {
  const parts = stretches(stored)
  const chosen = new Map<string, string>()
  for (const { text, person } of parts) if (person) chosen.set(text.slice(1), person)
  return { text: parts.map(({ text }) => text).join(''), chosen }
}

/** The text as it is kept: each `@Name` that was chosen as a mention; of two names the longer one is meant. */
export function kept(text: string, chosen: Chosen): string {
  const names = [...chosen.keys()].sort((a, b) => b.length - a.length)
  let found = ''
  for (let at = 0; at < text.length; ) {
    const name = text[at] === '@' ? names.find((one) => text.startsWith(one, at + 1)) : undefined
    found += name === undefined ? text[at] : `@[${chosen.get(name) ?? ''} ${name}]`
    at += name === undefined ? 1 : name.length + 1
  }
  return found
}

/** What stands between an @ and the caret, where somebody is about to be mentioned; null elsewhere. */
export function typedAt(text: string, caret: number): { from: number; typed: string } | null {
  const match = /(?:^|[\s(])@([^\s@\[\]]{0,40}(?: [^\s@\[\]]{1,40})?)$/u.exec(text.slice(0, caret))
  const typed = match?.[1]
  return typed === undefined ? null : { from: caret - typed.length - 1, typed }
}

/** The text with the name put in place of what was typed, and where the caret then stands. */
export function put(text: string, from: number, caret: number, name: string): { text: string; caret: number } {
  const inserted = `@${name} `
  const rest = text.slice(caret).replace(/^ /, '')
  return { text: text.slice(0, from) + inserted + rest, caret: from + inserted.length }
}
