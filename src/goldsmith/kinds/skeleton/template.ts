/** A skeleton's template, and edits of it: each gives the next one. Pure. */
import type { SkeletonSettings } from '../../../../web/src/generated/types'
import { clamp } from '../../../../web/src/canvas/geometry'
import type { Settings } from '../../../../web/src/canvas/tool'

export type Template = Required<SkeletonSettings>
type Pair = [string, string]

export const templateOf = (settings: Settings | undefined): Template => ({
  points: [],
  edges: [],
  swaps: [],
  ...(settings as SkeletonSettings | undefined),
})

const indices = new WeakMap<Settings, ReadonlyMap<string, number>>()
/** Where in the template a point of this name stands. */
export function indexOf(settings: Settings): ReadonlyMap<string, number> {
  const known = indices.get(settings)
  if (known) return known
  const made = new Map(templateOf(settings).points.map(({ name }, i) => [name, i] as const))
  indices.set(settings, made)
  return made
}

const share = (n: number) => Math.round(clamp(n, 0, 1) * 1000) / 1000
const isSame = ([a, b]: Pair, [c, d]: Pair) => (a === c && b === d) || (a === d && b === c)

/** With one more point, under the first name that is free. */
export function withPoint(template: Template, x: number, y: number): Template {
  const names = new Set(template.points.map(({ name }) => name))
  let number = template.points.length + 1
  while (names.has(String(number))) number++
  return { ...template, points: [...template.points, { name: String(number), x_share: share(x), y_share: share(y) }] }
}

export const moved = (template: Template, name: string, x: number, y: number): Template => ({
  ...template,
  points: template.points.map((one) => (one.name === name ? { ...one, x_share: share(x), y_share: share(y) } : one)),
})

/** The point's ties go with it. */
export function without(template: Template, name: string): Template {
  const isFree = (pair: Pair) => !pair.includes(name)
  return {
    points: template.points.filter((one) => one.name !== name),
    edges: template.edges.filter(isFree),
    swaps: template.swaps.filter(isFree),
  }
}

/** Ties keep to the point; nothing happens where the name is taken or empty. */
export function renamed(template: Template, from: string, to: string): Template {
  if (!to || template.points.some(({ name }) => name === to)) return template
  const next = (name: string) => (name === from ? to : name)
  const pairs = (all: Pair[]): Pair[] => all.map(([a, b]) => [next(a), next(b)])
  return {
    points: template.points.map((one) => ({ ...one, name: next(one.name) })),
    edges: pairs(template.edges),
    swaps: pairs(template.swaps),
  }
}

/** Ties two points, or unties them. */
export function tied(template: Template, a: string, b: string): Template {
  if (a === b) return template
  const rest = template.edges.filter((pair) => !isSame(pair, [a, b]))
  return { ...template, edges: rest.length < template.edges.length ? rest : [...rest, [a, b]] }
}

/** The sides by their names: "left eye" and "right eye", "l_eye" and "r_eye". */
export function pairedByName(template: Template): Template {
  const names = new Set(template.points.map(({ name }) => name))
  const swaps = [...names].flatMap((name): Pair[] => {
    const other = name.replace(/left/i, (word) => (word === 'Left' ? 'Right' : 'right')).replace(/^(l)(?=[ _-])/, 'r')
    return other !== name && names.has(other) ? [[name, other]] : []
  })
  return { ...template, swaps }
}
