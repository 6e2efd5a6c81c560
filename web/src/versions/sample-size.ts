/** How wide an audit's interval will be, before it is drawn. */

const Z = 1.959964 // 95 %, two sides

/** Wilson's interval for `wrong` of `n`, each in [0, 1]. */
export function wilson(wrong: number, n: number): { low: number; high: number } {
  if (n <= 0) return { low: 0, high: 1 }
  const p = wrong / n
  const middle = (p + (Z * Z) / (2 * n)) / (1 + (Z * Z) / n)
  const half = (Z / (1 + (Z * Z) / n)) * Math.sqrt((p * (1 - p)) / n + (Z * Z) / (4 * n * n))
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

/** The interval to expect from a sample of `n` when `share` of the items are wrong. */
export function expected(share: number, n: number): { low: number; high: number } {
  return wilson(share * n, n)
}
