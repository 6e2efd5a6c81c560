/** How far off an error rate measured on a sample may be. */

const Z_95 = 1.959964

/** Score interval of a share (E. B. Wilson, JASA 22, 1927, pp. 209-212), 95 %. */
export function wilson(share: number, n: number): { low: number; high: number } {
  if (n <= 0) return { low: 0, high: 1 }
  const scale = 1 + (Z_95 * Z_95) / n
  const centre = (share + (Z_95 * Z_95) / (2 * n)) / scale
  const half = (Z_95 * Math.sqrt((share * (1 - share)) / n + (Z_95 * Z_95) / (4 * n * n))) / scale
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}
