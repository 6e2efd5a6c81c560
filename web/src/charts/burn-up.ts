/** The burn-up's lines: what was settled until now, and when the rest will be. */
import type { BurnUpPoint, ForecastSpan } from '../generated/types'
import { place, roundUp, type Scale } from './scale'

export interface BurnUp {
  readonly across: Scale // milliseconds
  readonly up: Scale // items
  readonly line: string
  readonly area: string // the forecast's band; empty without a forecast
  readonly middle: string
  readonly now: { readonly x: number; readonly y: number } | null
  readonly total_y: number
}

interface Frame {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const at = (text: string) => new Date(text).getTime()
const xy = (x: number, y: number) => `${x.toFixed(1)} ${y.toFixed(1)}`

/** Lines as SVG paths. The band runs from the last point to `total` between the forecast's early and late end. */
export function burnUp(
  series: readonly BurnUpPoint[],
  forecast: ForecastSpan | null,
  total: number,
  frame: Frame,
): BurnUp {
  const times = series.map((point) => at(point.at))
  const first = times[0] ?? 0
  const last = times.at(-1) ?? 1
  const end = forecast ? Math.max(at(forecast.high_at), last) : last
  const across: Scale = { from: first, to: end, start_px: frame.left, end_px: frame.right }
  const most = roundUp(Math.max(total, ...series.map((point) => point.settled)))
  const up: Scale = { from: 0, to: most, start_px: frame.bottom, end_px: frame.top }
  const points = series.map((point) => xy(place(across, at(point.at)), place(up, point.settled)))
  const tail = series.at(-1)
  const now = tail ? { x: place(across, last), y: place(up, tail.settled) } : null
  const total_y = place(up, total)
  let area = ''
  let middle = ''
  if (forecast && now) {
    const [low, mid, high] = [forecast.low_at, forecast.mid_at, forecast.high_at].map((text) => place(across, at(text)))
    area = `M${xy(now.x, now.y)} L${xy(low ?? now.x, total_y)} L${xy(high ?? now.x, total_y)} Z`
    middle = `M${xy(now.x, now.y)} L${xy(mid ?? now.x, total_y)}`
  }
  return { across, up, line: points.length ? `M${points.join(' L')}` : '', area, middle, now, total_y }
}
