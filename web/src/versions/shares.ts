/** The shares of a version's splits: percentages that must come to 100. */
import { say } from '@/lib/language.svelte'

export interface Share {
  name: string
  percent: number
}

export const USUAL: readonly Share[] = [
  { name: 'train', percent: 80 },
  { name: 'validation', percent: 10 },
  { name: 'test', percent: 10 },
]

/** What is wrong with the shares, or "" when they can be sent; no shares at all are fine. */
export function shareProblem(shares: readonly Share[]): string {
  if (!shares.length) return ''
  const names = shares.map((share) => share.name.trim())
  if (names.includes('')) return say('versions.every_split_needs_a_name')
  if (new Set(names).size < names.length) return say('versions.two_splits_have_the_same_name')
  if (shares.some((share) => !(share.percent > 0))) return say('versions.every_share_must_be_above_0')
  const sum = sumOf(shares)
  return Math.abs(sum - 100) < 1e-6 ? '' : say('versions.the_shares_come_to_sum_not', { sum: Number(sum.toFixed(4)) })
}

export function sumOf(shares: readonly Share[]): number {
  return shares.reduce((sum, share) => sum + (Number.isFinite(share.percent) ? share.percent : 0), 0)
}

/** As they are sent: name → share, in hundredths. */
export function splitsOf(shares: readonly Share[]): Record<string, number> {
  return Object.fromEntries(shares.map((share) => [share.name.trim(), share.percent]))
}

/** The last share takes what the others leave, so that they come to 100. */
export function filledUp(shares: readonly Share[]): Share[] {
  const last = shares.at(-1)
  if (!last) return []
  const others = shares.slice(0, -1)
  const rest = Number((100 - sumOf(others)).toFixed(4))
  return [...others, { ...last, percent: Math.max(0, rest) }]
}
