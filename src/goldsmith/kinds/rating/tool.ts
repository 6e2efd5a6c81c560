import type { Rating, RatingSettings } from '@/generated/types'
import type { Tool } from '@/canvas/tool'
import Form from './Form.svelte'
import Settings from './Settings.svelte'

export const scaleOf = (settings: Record<string, unknown> | undefined): Required<RatingSettings> => ({
  levels: 5,
  low: '',
  high: '',
  weights: {},
  ...(settings as RatingSettings | undefined),
})

const tool: Tool = {
  kind: 'rating',
  surface: 'form',
  key: '',
  title: 'Rating',
  isPerLabel: true,
  isOneAct: true,
  form: Form,
  settings: Settings,
  startSettings: { levels: 5 },
  summary: (object) => `${(object as unknown as Rating).level}/${(object as unknown as Rating).levels}`,
}
export default tool
