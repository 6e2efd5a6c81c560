/** What a profile can be made of; asked of the server once. */
import type { Profile, ProfileChoices, SpokenLanguage } from '@/generated/types'
import { ask } from '@/lib/api'

type Device = NonNullable<Profile['devices']>[number]
type Level = SpokenLanguage['level']

export const LEVELS: readonly Level[] = ['basic', 'fluent', 'native']
export const LEVEL_WORDS: Readonly<Record<Level, string>> = { basic: 'basic', fluent: 'fluent', native: 'native' }
export const DEVICE_WORDS: Readonly<Record<Device, string>> = {
  computer: 'Computer',
  tablet: 'Tablet',
  phone: 'Phone',
  stylus: 'Stylus',
  headphones: 'Headphones',
  vr_headset: 'VR headset',
}
export const DEVICES = Object.keys(DEVICE_WORDS) as Device[]

const none: ProfileChoices = { countries: [], languages: [], time_zones: [], levels: [], devices: [] }
const choices = $state({ value: none })
let asked: Promise<void> | null = null

/** The lists, empty until they are here; a call that fails is made again by whoever asks next. */
export function loadChoices(): { readonly value: ProfileChoices } {
  asked ??= ask<ProfileChoices>('GET', '/api/profile/choices').then(
    (found) => void (choices.value = found),
    () => void (asked = null), // every field can be typed in without them
  )
  return choices
}
