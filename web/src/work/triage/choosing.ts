/** What is selected in the grid, and where the arrows lead. Pure. */

/** The ids between two of them, both included; where one is not there, the other alone. */
export function between(ids: readonly string[], from: string, to: string): string[] {
  const ends = [ids.indexOf(from), ids.indexOf(to)]
  if (ends[1] === -1) return []
  if (ends[0] === -1) return [to]
  return ids.slice(Math.min(...ends), Math.max(...ends) + 1)
}

/** Where an arrow leads in rows of so many columns; null where the key is not one that moves. */
export function arrowed(key: string, at: number, columns: number, count: number, isRightToLeft: boolean): number | null {
  const forward = isRightToLeft ? -1 : 1
  const steps: Record<string, number> = {
    ArrowLeft: -forward,
    ArrowRight: forward,
    ArrowUp: -columns,
    ArrowDown: columns,
    Home: -at,
    End: count - 1 - at,
  }
  const step = steps[key]
  if (step === undefined || !count) return null
  const next = at + step
  return next < 0 || next >= count ? at : next
}

/** The next place after `at`, round the end, of which this is true; `at` where there is none. */
export function nextWhere(count: number, at: number, isWanted: (index: number) => boolean): number {
  for (let by = 1; by < count; by += 1) {
    const index = (at + by) % count
    if (isWanted(index)) return index
  }
  return at
}
