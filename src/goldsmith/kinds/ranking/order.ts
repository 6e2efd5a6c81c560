/** Orders as lists of places, best first; while not all have a rank, a place may be empty. */

export type Order = readonly (readonly string[])[]

export const rankOf = (order: Order, name: string): number => order.findIndex((place) => place.includes(name)) + 1

/** With the response at this rank, or without one where it is there already; without ties whoever was there goes. */
export function ranked(order: Order, name: string, rank: number, mayTie: boolean): Order {
  const isTakenBack = rankOf(order, name) === rank
  const places = Array.from({ length: Math.max(order.length, rank) }, (_, at) =>
    (order[at] ?? []).filter((one) => one !== name),
  )
  if (isTakenBack) return trimmed(places)
  return trimmed(places.map((place, at) => (at + 1 !== rank ? place : mayTie ? [...place, name] : [name])))
}

function trimmed(order: Order): Order {
  const last = order.findLastIndex((place) => place.length)
  return order.slice(0, last + 1)
}

/** Places without gaps once all have a rank. */
export function settled(order: Order, names: readonly string[]): Order {
  return names.every((name) => rankOf(order, name)) ? order.filter((place) => place.length) : order
}

/** All responses in one line: by rank, then those without one. */
export const lineOf = (order: Order, names: readonly string[]): string[] => {
  const given = order.flat()
  return [...given, ...names.filter((name) => !given.includes(name))]
}

/** The order after a row of the line was moved: it stands alone, others that were equal stay so, and all have a rank. */
export function moved(order: Order, names: readonly string[], from: number, to: number): Order {
  const line = lineOf(order, names)
  const [name] = line.splice(from, 1)
  if (name === undefined) return order
  line.splice(Math.max(0, Math.min(to, line.length)), 0, name)
  const places: string[][] = []
  line.forEach((one, at) => {
    const before = line[at - 1]
    const rank = rankOf(order, one)
    const isEqual = before !== undefined && before !== name && one !== name && rank > 0 && rankOf(order, before) === rank
    if (isEqual) places.at(-1)?.push(one)
    else places.push([one])
  })
  return places
}
