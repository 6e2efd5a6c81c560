import type { MessageSettings } from '@/generated/types'
import type { Tool } from '@/canvas/tool'
import { say } from '@/lib/language.svelte'
import Form from './Form.svelte'
import Settings from './Settings.svelte'
import { isOpen, pathOf, sidesOf, treeOf, type Turn } from './view/conversation'

export const settingsOf = (settings: Record<string, unknown> | undefined): Required<MessageSettings> => ({
  prompt: '',
  instruction: '',
  writes: ['user'],
  models: [],
  side_by_side: 1,
  system: '',
  reply_tokens_most: 1024,
  temperature: 0.7,
  scale: 5,
  must_rate: false,
  must_prefer: true,
  tie: true,
  correctable: true,
  turns_least: 0,
  turns_most: 200,
  ...(settings as MessageSettings | undefined),
})

const START = 60
const SAMPLE = [
  { role: 'user', content: 'How long is $\\sqrt{2}$ metres in centimetres?' },
  { role: 'assistant', content: 'About **141.4 cm**, because $\\sqrt{2} \\approx 1.41421$ and a metre has 100 cm.' },
]

const tool: Tool = {
  kind: 'message',
  surface: 'page',
  key: '',
  title: 'Message of a conversation',
  form: Form,
  settings: Settings,
  placesAttributes: true,
  startLabels: ['user', 'assistant'],
  startSettings: { writes: ['user', 'assistant'], scale: 5 },
  summary: (object) => {
    const { text, rating, scale } = object as Turn
    const start = text.length > START ? `${text.slice(0, START)}…` : text
    return rating ? `${start} (${rating}/${scale})` : start
  },
  lacksTogether: (field, objects) => {
    const set = settingsOf(field.settings)
    const tree = treeOf([], objects)
    const path = pathOf(tree)
    const written = path.filter(({ given }) => !given).length
    if (written < set.turns_least) return say('kind.message.too_few', { count: written, least: set.turns_least })
    if (path.length > set.turns_most) return say('kind.message.too_many', { most: set.turns_most })
    if (set.must_rate && path.some(({ label, rating }) => label === 'assistant' && !rating)) return say('kind.message.rate_each')
    return set.must_prefer && path.some((one) => isOpen(sidesOf(tree, one))) ? say('kind.message.prefer_one') : ''
  },
  sample: (field) => {
    const { prompt, instruction } = settingsOf(field.settings)
    const told = instruction ? { [instruction]: 'Ask for help with a calculation, and check each step of the answer.' } : {}
    return { [prompt || 'prompt']: JSON.stringify(SAMPLE), ...told }
  },
}
export default tool
