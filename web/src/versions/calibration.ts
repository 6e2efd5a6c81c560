/** Where the points of a calibration plot lie. */
import type { Calibration } from '@/generated/types'
import { place, ticks, type Scale } from '@/charts/scale'

export interface Dot {
  readonly x: number
  readonly y: number
  readonly low: number
  readonly high: number
  readonly radius: number
}
export interface Plot {
  readonly across: Scale
  readonly up: Scale
  readonly dots: readonly Dot[]
  readonly ticks: readonly number[]
}
interface Frame {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Both axes begin at the same round share, below all that is drawn, and end at 1; a dot's area grows with its items. */
export function plotted({ bins }: Calibration, frame: Frame): Plot {
  const least = Math.min(1, ...bins.flatMap((bin) => [bin.said, bin.low]))
  const from = Math.min(0.9, Math.max(0, Math.floor(least * 10) / 10))
  const across = { from, to: 1, start_px: frame.left, end_px: frame.right }
  const up = { from, to: 1, start_px: frame.bottom, end_px: frame.top }
  const most = Math.max(1, ...bins.map((bin) => bin.items))
  const dots = bins.map((bin) => ({
    x: place(across, bin.said),
    y: place(up, bin.right),
    low: place(up, bin.low),
    high: place(up, bin.high),
    radius: 2.5 + 4.5 * Math.sqrt(bin.items / most),
  }))
  return { across, up, dots, ticks: ticks(from, 1, 4) }
}
