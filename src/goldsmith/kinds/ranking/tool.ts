import type { Ranking, RankingSettings } from '@/generated/types'
import type { Tool } from '@/canvas/tool'
import { say } from '@/lib/language.svelte'
import { SAMPLES, SAMPLE_PROMPT } from '../preference/responses'
import Form from './Form.svelte'
import Settings from './Settings.svelte'

export const settingsOf = (settings: Record<string, unknown> | undefined): Required<RankingSettings> => ({
  prompt: 'prompt',
  responses: ['responses'],
  ties: true,
  shuffled: true,
  ...(settings as RankingSettings | undefined),
})

const tool: Tool = {
  kind: 'ranking',
  surface: 'page',
  key: '',
  title: 'Ranking',
  isPerLabel: true,
  isOneAct: true,
  form: Form,
  settings: Settings,
  startSettings: { prompt: 'prompt', responses: ['responses'], ties: true },
  summary: (object) => (object as unknown as Ranking).order.map((place) => place.join(' = ')).join(' > '),
  lacks: (field, object) => {
    const { order, shown } = object as unknown as Ranking
    const open = shown.length - order.flat().length
    return open ? say('kind.ranking.open', { name: object.label || field.name, count: open }) : ''
  },
  sample: (field) => {
    const { prompt, responses } = settingsOf(field.settings)
    const [only = '', ...others] = responses
    const held = others.length
      ? responses.map((key, at) => [key, SAMPLES[at % SAMPLES.length] ?? ''])
      : [[only, JSON.stringify(SAMPLES)]]
    return Object.fromEntries([[prompt || 'prompt', SAMPLE_PROMPT], ...held]) as Record<string, string>
  },
}
export default tool
