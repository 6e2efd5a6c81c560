/** Skeletons on the canvas: their points and ties, and what can be done with a point. */
import {
  boundsAt,
  boundsOf,
  clamp,
  roundedInside,
  shiftInside,
  type Frame,
  type Point,
  type XY,
} from '../../../../web/src/canvas/geometry'
import type { DrawnTool, Geometry, Grip, Handle, Settings } from '../../../../web/src/canvas/tool'
import { ABSENT, HIDDEN, SEEN, draw, isThere, laid, pointsOf, skeleton, there } from './drawing'
import SettingsPart from './Settings.svelte'
import { indexOf, templateOf } from './template'

function lines(geometry: Geometry, settings: Settings): XY[][] {
  const points = pointsOf(geometry)
  const index = indexOf(settings)
  return templateOf(settings).edges.flatMap(([from, to]) => {
    const ends = [points[index.get(from) ?? -1], points[index.get(to) ?? -1]].filter((p) => p !== undefined)
    return ends.length === 2 && ends.every(isThere) ? [there(ends)] : []
  })
}

function handles(geometry: Geometry, _scale: number, settings: Settings): Handle[] {
  const named = templateOf(settings).points
  return pointsOf(geometry).map(([x, y, seen], index): Handle => {
    const name = named[index]?.name ?? String(index + 1)
    return { part: 'vertex', ring: 0, index, at: { x, y }, cursor: 'move', name, isFaint: seen === ABSENT }
  })
}

/** A point that was not there is seen from then on. */
function reshape(geometry: Geometry, grip: Grip, from: Point, to: Point, frame: Frame): Geometry {
  const points = pointsOf(geometry)
  if (grip.part === 'body') {
    const by = shiftInside(boundsOf(there(points)), from, to, frame)
    return skeleton(points.map(([x, y, seen]) => [...roundedInside(x + by.x, y + by.y, frame), seen]))
  }
  const [, , seen] = points[grip.index] ?? [0, 0, SEEN]
  const isMoved = from.x !== to.x || from.y !== to.y
  const at = roundedInside(to.x, to.y, frame)
  return isMoved ? skeleton(points.with(grip.index, [...at, seen || SEEN])) : geometry
}

/** Stretched from the top left corner of the box around it. */
function grow(geometry: Geometry, dx: number, dy: number, frame: Frame): Geometry {
  const points = pointsOf(geometry)
  const { x: left, y: top, w, h } = boundsOf(there(points))
  const across = clamp(w + dx, 1, frame.width_px - left) / (w || 1),
    down = clamp(h + dy, 1, frame.height_px - top) / (h || 1)
  return skeleton(
    points.map(([x, y, seen]) => [
      ...roundedInside(left + (x - left) * across, top + (y - top) * down, frame),
      seen,
    ]),
  )
}

/** Seen, hidden, not there; the last point stays. */
function mark(geometry: Geometry, { index }: Grip): Geometry {
  const points = pointsOf(geometry)
  const [x, y, seen] = points[index] ?? [0, 0, SEEN]
  const isLast = points.filter(isThere).length === 1
  const next = seen === SEEN ? HIDDEN : seen === HIDDEN && !isLast ? ABSENT : SEEN
  return skeleton(points.with(index, [x, y, next]))
}

function swap(geometry: Geometry, settings: Settings): Geometry | null {
  const { swaps } = templateOf(settings)
  if (!swaps.length) return null
  const points = [...pointsOf(geometry)]
  const index = indexOf(settings)
  for (const [a, b] of swaps) {
    const [i, j] = [index.get(a) ?? -1, index.get(b) ?? -1]
    const [p, q] = [points[i], points[j]]
    if (p && q) [points[i], points[j]] = [q, p]
  }
  return skeleton(points)
}

const tool: DrawnTool = {
  kind: 'skeleton',
  surface: 'image',
  key: 's',
  title: 'Skeleton',
  icon: 'M10 6.500a2 2 0 1 1 .01 0M10 6.500v6M5 9h10M10 12.500L7 18M10 12.500l3 5.500',
  rings: () => [],
  lines,
  dots: (geometry) =>
    pointsOf(geometry)
      .filter(isThere)
      .map(([x, y, seen]) => ({ at: { x, y }, isHollow: seen === HIDDEN })),
  handles,
  reshape,
  grow,
  mark,
  swap,
  draw,
  fixed: () => [],
  place: (centre, size_px, frame, settings) => laid(boundsAt(centre, size_px, frame), settings),
  settings: SettingsPart,
  startSettings: {
    points: [
      { name: 'top', x_share: 0.5, y_share: 0 },
      { name: 'bottom', x_share: 0.5, y_share: 1 },
    ],
    edges: [['top', 'bottom']],
    swaps: [],
  },
  summary: (object) => `${pointsOf(object).filter(isThere).length}/${pointsOf(object).length}`,
}
export default tool
