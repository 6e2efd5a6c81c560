/** What a profile can be made of; asked of the server once. */
import type { Profile, ProfileChoices, SpokenLanguage } from '@/generated/types'
import { ask } from '@/lib/api'
import { say } from '@/lib/language.svelte'

type Device = NonNullable<Profile['devices']>[number]
export type Level = SpokenLanguage['level']

export const LEVELS: readonly Level[] = ['basic', 'fluent', 'native']
export const DEVICES: readonly Device[] = ['computer', 'tablet', 'phone', 'stylus', 'headphones', 'vr_headset']

export const levelWord = (level: Level): string => say(`member.level_${level}`)
export const deviceWord = (device: Device): string => say(`member.device_${device}`)

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
