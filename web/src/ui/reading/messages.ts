/** Conversations and agents' traces as messages, from the JSON that a data key holds. */

export interface Message {
  /** Who says it: "user", "assistant", "tool" …; empty where it is not said. */
  readonly role: string
  /** Markdown. */
  readonly text: string
  /** What is called: a name, and what it is called with as text that stands as it is. */
  readonly calls: readonly { readonly name: string; readonly input: string }[]
  /** What came back from a call; it stands as it is. */
  readonly isResult: boolean
}

type Plain = Readonly<Record<string, unknown>>
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value)
const said = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The messages of a JSON list; null where the text is none. */
export function messagesOf(source: string): Message[] | null {
  if (!source.trimStart().startsWith('[')) return null
  try {
    const list: unknown = JSON.parse(source)
    return Array.isArray(list) && list.length > 0 && list.every(isPlain) ? list.map(messageOf) : null
  } catch {
    return null
  }
}

/** The texts of a JSON list; empty where it is none. */
export function textsOf(source: unknown): string[] {
  try {
    const list: unknown = JSON.parse(said(source))
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : []
  } catch {
    return []
  }
}

function messageOf(raw: Plain): Message {
  const parts = Array.isArray(raw['content']) ? raw['content'].filter(isPlain) : []
  const plainText = said(raw['content']) || said(raw['text']) || said(raw['value']) || said(raw['output'])
  const texts = parts.map((part) => said(part['text']) || said(part['content'])).filter(Boolean)
  const text = plainText || texts.join('\n\n') || (isPlain(raw['content']) ? written(raw['content']) : '')
  const role = said(raw['role']) || said(raw['type']) || said(raw['from'])
  const named = parts.filter((part) => part['type'] === 'tool_use')
  const listed = Array.isArray(raw['tool_calls']) ? raw['tool_calls'].filter(isPlain) : []
  const own = said(raw['name']) && role !== 'tool' && 'arguments' in raw ? [raw] : []
  const isResult = role === 'tool' || /result|observation|output/.test(role)
  return { role, text, calls: [...listed, ...named, ...own].map(callOf), isResult }
}

function callOf(raw: Plain): { name: string; input: string } {
  const call = isPlain(raw['function']) ? raw['function'] : raw
  return { name: said(call['name']) || '?', input: written(call['arguments'] ?? call['input'] ?? '') }
}

/** A value as text to read; JSON inside a text is laid out. */
function written(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value, null, 2)
  try {
    return JSON.stringify(JSON.parse(value), null, 2)
  } catch {
    return value
  }
}
