import type { Number as Given, NumberSettings } from '@/generated/types'
import type { Tool } from '@/canvas/tool'
import { say } from '@/lib/language.svelte'
import Form from './Form.svelte'
import Settings from './Settings.svelte'

export const settingsOf = (settings: Record<string, unknown> | undefined): Required<NumberSettings> => ({
  minimum: null,
  maximum: null,
  step: null,
  unit: '',
  ...(settings as NumberSettings | undefined),
})

const OFF_STEP = 1e-9

/** What is wrong with a number under the field's settings, in words; empty: nothing. */
export function wrongWith(name: string, number: number, settings: Record<string, unknown> | undefined): string {
  const { minimum, maximum, step } = settingsOf(settings)
  if (minimum != null && number < minimum) return say('work.name_is_at_least_minimum', { name, minimum })
  if (maximum != null && number > maximum) return say('work.name_is_at_most_maximum', { name, maximum })
  if (step == null) return ''
  const steps = (number - (minimum ?? 0)) / step
  const isOff = Math.abs(steps - Math.round(steps)) > OFF_STEP * Math.max(1, Math.abs(steps))
  return isOff ? say('kind.number.off_step', { name, step }) : ''
}

const tool: Tool = {
  kind: 'number',
  surface: 'form',
  key: '',
  title: 'Number',
  isPerLabel: true,
  form: Form,
  settings: Settings,
  startSettings: {},
  summary: (object) => String((object as unknown as Given).number),
  lacks: (field, object) => wrongWith(object.label, (object as unknown as Given).number, field.settings),
}
export default tool
