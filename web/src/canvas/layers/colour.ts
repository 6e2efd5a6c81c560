/** Colours made from a label's colour: lighter for outlines on dark media, ink that can be read on it. */

const GOLD = '#e3bb58',
  GOLD_DEEP = '#8a6100',
  INK = '#1c1605',
  PAPER = '#ffffff'
export const selection = { line: GOLD, deep: GOLD_DEEP, ink: INK, paper: PAPER } as const

const lighter = new Map<string, string>()

function channels(color: string): [number, number, number] {
  const n = Number.parseInt(color.slice(1, 7), 16)
  return Number.isNaN(n) ? [136, 136, 136] : [(n >> 16) & 255, (n >> 8) & 255, n & 255]
}

/** The outline's colour: a quarter of the way to white. */
export function lineColor(color: string): string {
  const known = lighter.get(color)
  if (known) return known
  const [r, g, b] = channels(color).map((c) => Math.round(c + (255 - c) * 0.25))
  const made = `rgb(${r} ${g} ${b})`
  lighter.set(color, made)
  return made
}

/** Dark or light ink, whichever stands out more (relative luminance, WCAG 2). */
export function inkOn(color: string): string {
  const [r, g, b] = channels(color).map((c) =>
    c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
  )
  const luminance = 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0)
  return luminance > 0.22 ? INK : PAPER
}
