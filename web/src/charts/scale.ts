/** Axes: from values to pixels, and the round values in between. */

export interface Scale {
  readonly from: number
  readonly to: number
  readonly start_px: number
  readonly end_px: number
}

/** The pixel of `value`; a scale without length puts all in its middle. */
export function place(scale: Scale, value: number): number {
  const span = scale.to - scale.from
  const share = span === 0 ? 0.5 : (value - scale.from) / span
  return scale.start_px + share * (scale.end_px - scale.start_px)
}

const STEPS = [1, 2, 2.5, 5, 10]

/** Round values that cover `from` to `to` in about `count` steps. */
export function ticks(from: number, to: number, count: number): number[] {
  if (!(to > from) || count < 1) return [from]
  const rough = (to - from) / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = (STEPS.find((size) => size * power >= rough * (1 - 1e-9)) ?? 10) * power
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)))
}

/** The smallest round value at or above `value`, so that the highest point stays below the top line. */
export function roundUp(value: number, count = 4): number {
  if (value <= 0) return 1
  const rough = value / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = (STEPS.find((size) => size * power >= rough * (1 - 1e-9)) ?? 10) * power
  return Number((Math.ceil(value / step - 1e-9) * step).toPrecision(12))
}

/** `count` + 1 moments from `from` to `to`, both ends included; milliseconds. */
export function moments(from: number, to: number, count: number): number[] {
  if (!(to > from)) return [from]
  return Array.from({ length: count + 1 }, (_, index) => from + ((to - from) * index) / count)
}
