/** Curves between places of a text, drawn in the room above its lines. Pure; all in pixels of the laid out text. */
import type { Link } from './links'

/** Where the beginning of a span stands. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export interface Arc {
  readonly link: Link
  readonly path: string
  /** The tip, where it points somewhere. */
  readonly head: string
  /** The middle of its label. */
  readonly at: { readonly x: number; readonly y: number }
}

const TAG = 11 // tags stand so high above the words
const LOWEST = 8,
  LANE = 11,
  LANES = 3
const UNDER = 7 // below the words and their underlines
const CORNER = 5
const CHARACTER = 5.6
const SAME_LINE = 4

interface Ends {
  readonly link: Link
  readonly from: Box
  readonly to: Box
  x1: number
  x2: number
}

export const labelWidth = (tag: string): number => tag.length * CHARACTER + 8

/** An arc for each link between two boxes. Ends on one box stand side by side; arcs over one line do not cross labels. */
export function arcsOf(links: readonly { readonly link: Link; readonly from: Box; readonly to: Box }[]): Arc[] {
  const ends = links.map(({ link, from, to }): Ends => ({ link, from, to, x1: 0, x2: 0 }))
  spread(ends)
  const flat = ends.filter(({ from, to }) => Math.abs(from.top - to.top) < SAME_LINE)
  const lanes = lanesOf(flat)
  return ends.map((one) => {
    const lane = lanes.get(one)
    return lane === undefined ? between(one) : above(one, lane)
  })
}

/** Each box's ends from left to right as what lies at their other ends. */
function spread(ends: readonly Ends[]): void {
  const byBox = new Map<Box, { other: number; put: (x: number) => void }[]>()
  const add = (box: Box, other: Box, put: (x: number) => void): void => {
    const list = byBox.get(box) ?? []
    list.push({ other: other.left + other.width / 2, put })
    byBox.set(box, list)
  }
  for (const one of ends) {
    add(one.from, one.to, (x) => (one.x1 = x))
    add(one.to, one.from, (x) => (one.x2 = x))
  }
  for (const [box, list] of byBox) {
    list.sort((a, b) => a.other - b.other)
    list.forEach(({ put }, i) => put(box.left + (box.width * (i + 1)) / (list.length + 1)))
  }
}

/** The shortest arcs lie lowest; what would meet another goes a lane up, as far as there is room. */
function lanesOf(flat: readonly Ends[]): ReadonlyMap<Ends, number> {
  const reach = ({ link, x1, x2 }: Ends): [number, number] => {
    const middle = (x1 + x2) / 2
    const half = Math.max(Math.abs(x1 - x2), labelWidth(link.tag)) / 2
    return [middle - half, middle + half]
  }
  const taken: { line: number; lane: number; low: number; high: number }[] = []
  const found = new Map<Ends, number>()
  for (const one of [...flat].sort((a, b) => Math.abs(a.x1 - a.x2) - Math.abs(b.x1 - b.x2))) {
    const [low, high] = reach(one)
    const line = Math.round(one.from.top / SAME_LINE)
    const isFree = (lane: number): boolean =>
      !taken.some((t) => Math.abs(t.line - line) < 2 && t.lane === lane && t.low < high && low < t.high)
    let lane = 0
    while (lane < LANES - 1 && !isFree(lane)) lane++
    taken.push({ line, lane, low, high })
    found.set(one, lane)
  }
  return found
}

function above({ link, from, x1, x2 }: Ends, lane: number): Arc {
  const foot = from.top - TAG
  const y = foot - LOWEST - lane * LANE
  const turn = Math.min(CORNER, Math.abs(x2 - x1) / 2) * Math.sign(x2 - x1 || 1)
  const path =
    `M${r(x1)} ${r(foot)}V${r(y + CORNER)}Q${r(x1)} ${r(y)} ${r(x1 + turn)} ${r(y)}` +
    `H${r(x2 - turn)}Q${r(x2)} ${r(y)} ${r(x2)} ${r(y + CORNER)}V${r(foot)}`
  return { link, path, head: link.isDirected ? tip(x2, foot, 1) : '', at: { x: (x1 + x2) / 2, y } }
}

/** From one line to another: out of the near side of the one, into the near side of the other. */
function between({ link, from, to, x1, x2 }: Ends): Arc {
  const isDown = to.top > from.top
  const y1 = isDown ? from.top + from.height + UNDER : from.top - TAG
  const y2 = isDown ? to.top - TAG : to.top + to.height + UNDER
  const pull = Math.max(18, Math.min(120, Math.abs(y2 - y1) / 2)) * (isDown ? 1 : -1)
  const path = `M${r(x1)} ${r(y1)}C${r(x1)} ${r(y1 + pull)} ${r(x2)} ${r(y2 - pull)} ${r(x2)} ${r(y2)}`
  const at = isDown ? { x: x2, y: y2 - LOWEST - 6 } : { x: x1, y: y1 - LOWEST - 6 }
  return { link, path, head: link.isDirected ? tip(x2, y2, isDown ? 1 : -1) : '', at }
}

const tip = (x: number, y: number, by: 1 | -1): string => `M${r(x)} ${r(y)}l-4 ${-6 * by}h8z`
const r = (n: number): number => Math.round(n * 10) / 10
