/** Run lengths of a mask over rows, as COCO's compressed text; as kinds/mask/runs.py has it. */

const FIRST = 48,
  MORE = 0x20,
  SIGN = 0x10,
  BITS = 5

/** 1 where the mask is, row by row; null where the text does not fill the rectangle. */
export function decode(text: string, width_px: number, height_px: number): Uint8Array | null {
  const bits = new Uint8Array(width_px * height_px)
  const counts: number[] = []
  let at = 0,
    number = 0,
    scale = 1
  for (let i = 0; i < text.length; i++) {
    const group = text.charCodeAt(i) - FIRST
    number += (group & (MORE - 1)) * scale
    scale *= 1 << BITS
    if (group & MORE) continue
    if (group & SIGN) number -= scale
    const count = number + (counts.length > 2 ? (counts[counts.length - 2] ?? 0) : 0)
    if (!(count >= 0) || at + count > bits.length) return null
    if (counts.length % 2) bits.fill(1, at, at + count)
    counts.push(count)
    at += count
    number = 0
    scale = 1
  }
  return at === bits.length ? bits : null
}

export function encode(bits: Uint8Array): string {
  const counts: number[] = []
  let inside = 0,
    from = 0
  while (from < bits.length) {
    const next = bits.indexOf(inside ? 0 : 1, from)
    const to = next < 0 ? bits.length : next
    counts.push(to - from)
    from = to
    inside = 1 - inside
  }
  const characters: string[] = []
  counts.forEach((count, i) => {
    let left = i > 2 ? count - (counts[i - 2] ?? 0) : count
    for (let isOpen = true; isOpen; ) {
      const group = ((left % (1 << BITS)) + (1 << BITS)) % (1 << BITS)
      left = Math.floor(left / (1 << BITS))
      isOpen = left !== (group & SIGN ? -1 : 0)
      characters.push(String.fromCharCode((isOpen ? group | MORE : group) + FIRST))
    }
  })
  return characters.join('')
}
