/** The part of an address after "?": read, and written without what is empty. */

export function readQuery(query: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query))
}

/** "?state=open&q=cat", keys in the order given; "" when nothing is set. */
export function writeQuery(values: Readonly<Record<string, string | number | null | undefined>>): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(values)) if (value !== '' && value != null) query.set(key, String(value))
  const text = query.toString()
  return text && `?${text}`
}
