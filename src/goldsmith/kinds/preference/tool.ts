import type { Preference, PreferenceSettings } from '@/generated/types'
import type { Tool } from '@/canvas/tool'
import { say } from '@/lib/language.svelte'
import Form from './Form.svelte'
import Settings from './Settings.svelte'
import { SAMPLES, SAMPLE_PROMPT } from './responses'

export const settingsOf = (settings: Record<string, unknown> | undefined): Required<PreferenceSettings> => ({
  prompt: 'prompt',
  responses: ['response_a', 'response_b'],
  tie: true,
  strengths: 1,
  shuffled: true,
  ...(settings as PreferenceSettings | undefined),
})

const tool: Tool = {
  kind: 'preference',
  surface: 'page',
  key: '',
  title: 'Preference',
  isPerLabel: true,
  isOneAct: true,
  form: Form,
  settings: Settings,
  startSettings: { prompt: 'prompt', responses: ['response_a', 'response_b'], tie: true, strengths: 1 },
  summary: (object) => {
    const { chosen, strength, strengths } = object as unknown as Preference
    if (!chosen) return say('kind.preference.tie')
    return strengths > 1 ? `${chosen} (${strength}/${strengths})` : chosen
  },
  sample: (field) => {
    const { prompt, responses } = settingsOf(field.settings)
    const texts = SAMPLES.slice(0, 2)
    const [only = '', ...others] = responses
    const held = others.length ? responses.map((key, at) => [key, texts[at] ?? '']) : [[only, JSON.stringify(texts)]]
    return Object.fromEntries([[prompt || 'prompt', SAMPLE_PROMPT], ...held]) as Record<string, string>
  },
}
export default tool
