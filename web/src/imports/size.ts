/** Bytes as people say them. */
import { number } from '@/lib/format'

/** 1,500,000 → "1.5 MB", in powers of ten. */
export function asSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let [value, unit] = [Math.max(0, bytes), 0]
  while (value >= 999.5 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1]
  return `${number(value, unit && value < 99.5 ? 1 : 0)} ${units[unit] ?? 'B'}`
}
