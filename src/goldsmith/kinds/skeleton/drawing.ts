/** Drawing a skeleton: point by point as its template asks for them, or all of it laid into a box. */
import { boundsOf, distance, round, type Bounds, type Point, type XY } from '../../../../web/src/canvas/geometry'
import type { DrawInput, Drawing, Geometry, OpenDrawing, Settings } from '../../../../web/src/canvas/tool'
import { say } from '../../../../web/src/lib/language.svelte'
import { templateOf } from './template'

/** x, y and visibility: 0 not there, 1 hidden, 2 seen. */
export type Placed = [number, number, number]
export const ABSENT = 0,
  HIDDEN = 1,
  SEEN = 2
const SAME_PLACE = 2,
  SMALLEST_BOX = 8 // screen pixels; a shorter drag is a click

export const pointsOf = (geometry: Geometry | null): Placed[] => (geometry?.['points'] as Placed[] | undefined) ?? []
export const skeleton = (points: readonly Placed[]): Geometry => ({ points })
export const isThere = ([, , seen]: Placed) => seen > 0
export const there = (points: readonly Placed[]): XY[] => points.filter(isThere).map(([x, y]) => [x, y])

/** The whole template in a box. */
export function laid({ x, y, w, h }: Bounds, settings: Settings): Geometry {
  const { points } = templateOf(settings)
  const shares = points.length ? points : [{ x_share: 0.5, y_share: 0.5 }]
  return skeleton(shares.map((p) => [round(x + p.x_share * w), round(y + p.y_share * h), SEEN]))
}

export function draw(drawing: OpenDrawing, input: DrawInput): Drawing {
  const points = pointsOf(drawing.sketch)
  switch (input.type) {
    case 'cancel':
      return { phase: 'dropped' }
    case 'back':
      return points.length > 1 ? following(points.slice(0, -1), input) : { phase: 'dropped' }
    case 'enter':
      return points.some(isThere) ? { phase: 'done', geometry: filled(points, input.settings) } : drawing
    case 'mark':
      return added(points, [0, 0, ABSENT], input)
    case 'down':
      return points.length ? pressed(points, input, drawing) : { ...drawing, from: input.at }
    case 'up':
      return drawing.from && !points.length ? released(drawing.from, input) : drawing
    case 'move':
      if (!drawing.from || points.length) return points.length ? following(points, input, drawing.sketch) : drawing
      return { ...drawing, shown: laid(between(drawing.from, input.at), input.settings) }
    case 'double':
      return drawing
  }
}

const between = (a: Point, b: Point): Bounds =>
  boundsOf([
    [a.x, a.y],
    [b.x, b.y],
  ])
const placedAt = ({ x, y }: Point, { shift }: DrawInput): Placed => [round(x), round(y), shift ? HIDDEN : SEEN]

function released(from: Point, input: DrawInput): Drawing {
  const box = between(from, input.at)
  const isBox = Math.min(box.w, box.h) * input.scale >= SMALLEST_BOX && templateOf(input.settings).points.length > 1
  return isBox ? { phase: 'done', geometry: laid(box, input.settings) } : added([], placedAt(from, input), input)
}

/** The second press of a double click falls on the point just set. */
function pressed(points: Placed[], input: DrawInput, drawing: OpenDrawing): Drawing {
  const last = points.at(-1)
  const isSame = last && isThere(last) && distance({ x: last[0], y: last[1] }, input.at) * input.scale <= SAME_PLACE
  return isSame ? drawing : added(points, placedAt(input.at, input), input)
}

function added(points: Placed[], point: Placed, input: DrawInput): Drawing {
  const next = [...points, point]
  const isWhole = next.length === templateOf(input.settings).points.length
  if (!isWhole) return following(next, input)
  return next.some(isThere) ? { phase: 'done', geometry: filled(next, input.settings) } : { phase: 'dropped' }
}

function following(points: Placed[], input: DrawInput, sketch: Geometry | null = skeleton(points)): OpenDrawing {
  const template = templateOf(input.settings).points
  const name = template[points.length]?.name ?? ''
  const asks = name && say('kind.skeleton.next', { number: points.length + 1, total: template.length, name })
  const shown = skeleton([...points, placedAt(input.at, input)])
  return { phase: 'open', sketch, shown, from: null, closing: false, ...(asks ? { asks } : {}) }
}

/** Points that are not there lie where the template would have them, so that they can be taken hold of. */
function filled(points: Placed[], settings: Settings): Geometry {
  const template = templateOf(settings).points
  const shares = template.map((p): XY => [p.x_share, p.y_share])
  const from = boundsOf(shares.filter((_, i) => points[i] && isThere(points[i]))),
    to = boundsOf(there(points))
  const [across, down] = [from.w ? to.w / from.w : 100, from.h ? to.h / from.h : 100]
  const whole = template.map(({ x_share, y_share }, i): Placed => {
    const point = points[i]
    if (point && isThere(point)) return point
    return [round(to.x + (x_share - from.x) * across), round(to.y + (y_share - from.y) * down), ABSENT]
  })
  return skeleton(whole.length ? whole : points)
}
