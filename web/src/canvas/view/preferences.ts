/** How this person likes to see pictures; kept in this browser. */
import type { Picture, Shown } from '../layers/picture'

export interface Preferences {
  readonly crosshair: boolean
  readonly brightness: number
  readonly contrast: number
  readonly keep_zoom: boolean
  readonly channel: Channel
  /** Which values are black and white: as they are stored, as fits this picture, or shares of its range. */
  readonly window: 'usual' | 'stored' | 'fitting' | 'own'
  readonly low: number // percent
  readonly high: number
}
export const CHANNELS = ['all', 'red', 'green', 'blue'] as const
export type Channel = (typeof CHANNELS)[number]
export const WINDOWS = ['usual', 'stored', 'fitting', 'own'] as const

export const PLAIN: Preferences = {
  crosshair: true,
  brightness: 100,
  contrast: 100,
  keep_zoom: false,
  channel: 'all',
  window: 'usual',
  low: 0,
  high: 100,
}
const PLACE = 'goldsmith.canvas'

export function loadPreferences(): Preferences {
  try {
    return { ...PLAIN, ...(JSON.parse(localStorage.getItem(PLACE) ?? '{}') as Partial<Preferences>) }
  } catch {
    return PLAIN // storage is off in this browser, or holds something else
  }
}

export function savePreferences(preferences: Preferences) {
  try {
    localStorage.setItem(PLACE, JSON.stringify(preferences))
  } catch {
    /* a private window: they last as long as the page */
  }
}

/** What of a picture says which values it is shown with. */
type Ranged = Pick<Picture, 'isDeep' | 'range'>

/** The values that are black and white: usually all of 8 bits, and of more those that fit the picture. */
export function shownOf({ window, low, high }: Preferences, { isDeep, range }: Ranged): Shown {
  const { least, most } = range
  if (window === 'fitting' || (window === 'usual' && isDeep)) return { low: range.low, high: range.high }
  if (window !== 'own') return { low: least, high: most }
  const at = (percent: number) => least + ((most - least) * percent) / 100
  return { low: at(Math.min(low, high - 1)), high: at(Math.max(high, low + 1)) }
}

/** What the filter does to a value of 0 to 1, and which channels each is made of; null when it does nothing.
 *
 * The window of a deep picture is in its tiles already. */
export function toneOf(preferences: Preferences, picture: Ranged | null): Tone | null {
  const { low, high } = picture && !picture.isDeep ? shownOf(preferences, picture) : { low: 0, high: 255 }
  const { channel } = preferences
  if (low <= 0 && high >= 255 && channel === 'all') return null
  const slope = 255 / Math.max(1, high - low)
  const row = channel === 'all' ? null : CHANNELS.slice(1).map((one) => (one === channel ? 1 : 0))
  const rows = [0, 1, 2].map((at) => row ?? [0, 1, 2].map((other) => (other === at ? 1 : 0)))
  return {
    matrix: [...rows.map((of) => [...of, 0, 0].join(' ')), '0 0 0 1 0'].join(' '),
    slope,
    intercept: (-low / 255) * slope,
  }
}
export interface Tone {
  readonly matrix: string
  readonly slope: number
  readonly intercept: number
}

/** A filter for the picture's layer; empty when nothing is changed. `toneId` names the one for the tone. */
export const filterOf = ({ brightness, contrast }: Preferences, toneId: string) =>
  [
    toneId && `url(#${toneId})`,
    brightness === 100 && contrast === 100 ? '' : `brightness(${brightness}%) contrast(${contrast}%)`,
  ]
    .filter(Boolean)
    .join(' ')
