/** How this person likes to see pictures; kept in this browser. */

export interface Preferences {
  readonly crosshair: boolean
  readonly brightness: number
  readonly contrast: number
  readonly keep_zoom: boolean
}

export const PLAIN: Preferences = { crosshair: true, brightness: 100, contrast: 100, keep_zoom: false }
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

/** A filter for the picture's layer; empty when nothing is changed. */
export const filterOf = ({ brightness, contrast }: Preferences) =>
  brightness === 100 && contrast === 100 ? '' : `brightness(${brightness}%) contrast(${contrast}%)`
