/** A box by its four extreme points: one click each on the top, left, bottom and right of the object, in any order. */
import { boundsOf, distance, round, type XY } from '../../../../web/src/canvas/geometry'
import type { DrawInput, Drawing, Geometry, OpenDrawing } from '../../../../web/src/canvas/tool'

const POINTS = 4
const SAME_PLACE = 2 // screen pixels; a press this close to the one before is its double click

/** The points of an unfinished box; empty for one that is drawn by its corners. */
export const extremesOf = (sketch: Geometry | null): XY[] => (sketch?.['points'] as XY[] | undefined) ?? []

/** Enter ends it early, from two points on that span an area. */
export function drawByExtremes(drawing: OpenDrawing, input: DrawInput): Drawing {
  const points = extremesOf(drawing.sketch)
  switch (input.type) {
    case 'down':
      return pressed(points, input)
    case 'cancel':
    case 'back':
      return points.length > 1 ? following(points.slice(0, -1), input) : { phase: 'dropped' }
    case 'enter':
      return spans(points) ? { phase: 'done', geometry: boxAround(points) } : drawing
    case 'move':
      return following(points, input, drawing.sketch)
    case 'up':
    case 'double':
    case 'mark':
      return drawing
  }
}

function pressed(points: XY[], input: DrawInput): Drawing {
  const last = points.at(-1)
  const isSame = last && distance({ x: last[0], y: last[1] }, input.at) * input.scale <= SAME_PLACE
  const next = isSame ? points : [...points, placeOf(input)]
  if (next.length < POINTS) return following(next, input)
  // four points on one line are no box: the last one is asked again
  return spans(next) ? { phase: 'done', geometry: boxAround(next) } : following(points, input)
}

function following(points: XY[], input: DrawInput, sketch: Geometry | null = { points }): OpenDrawing {
  return { phase: 'open', sketch, shown: boxAround([...points, placeOf(input)]), from: null, closing: false }
}

const placeOf = ({ at }: DrawInput): XY => [round(at.x), round(at.y)]

function spans(points: XY[]): boolean {
  const { w, h } = boundsOf(points)
  return Math.min(w, h) >= 1
}

export function boxAround(points: XY[]): Geometry {
  const { x, y, w, h } = boundsOf(points)
  return { x_px: x, y_px: y, width_px: round(w), height_px: round(h) }
}
