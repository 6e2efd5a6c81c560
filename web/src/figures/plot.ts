/** Annotators as points: how often they are right upwards, the median seconds of an answer to the right. */
import { withNames, type Frame, type Named } from '../charts/scatter'
import { place, roundUp, type Scale } from '../charts/scale'
import type { AnnotatorRow } from '../generated/types'

export interface Point {
  readonly person_id: string
  readonly name: string
  readonly isModel: boolean
  readonly x: number
  readonly y: number
  readonly x_low: number
  readonly x_high: number
  readonly y_low: number
  readonly y_high: number
}

export interface AnnotatorPlot {
  readonly across: Scale
  readonly up: Scale
  readonly points: readonly (Point & Named)[]
  /** Who is in the table only, because one of the two is not known. */
  readonly left_out: number
}

/** Those with both figures; the scales hold every interval. */
export function plotAnnotators(rows: readonly AnnotatorRow[], frame: Frame): AnnotatorPlot {
  const known = rows.flatMap((row) => (row.accuracy && row.pace ? [{ row, right: row.accuracy, pace: row.pace }] : []))
  const low = Math.min(1, ...known.map(({ right }) => right.low))
  const floor = Math.max(0, Math.floor((low - 0.02) * 20) / 20)
  const slowest = Math.max(0, ...known.map(({ pace }) => pace.high ?? pace.seconds))
  const up: Scale = { from: Math.min(floor, 0.9), to: 1, start_px: frame.bottom, end_px: frame.top }
  const across: Scale = { from: 0, to: roundUp(slowest * 1.08), start_px: frame.left, end_px: frame.right }
  const points = known.map(
    ({ row, right, pace }): Point => ({
      person_id: row.person_id,
      name: row.name,
      isModel: row.sort === 'model',
      x: place(across, pace.seconds),
      y: place(up, right.share),
      x_low: place(across, pace.low ?? pace.seconds),
      x_high: place(across, pace.high ?? pace.seconds),
      y_low: place(up, right.low),
      y_high: place(up, right.high),
    }),
  )
  return { across, up, points: withNames(points, frame), left_out: rows.length - known.length }
}
