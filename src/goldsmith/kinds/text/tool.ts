import type { Text, TextSettings } from '@/generated/types'
import type { Tool } from '@/canvas/tool'
import { say } from '@/lib/language.svelte'
import Form from './Form.svelte'
import Settings from './Settings.svelte'

export const settingsOf = (settings: Record<string, unknown> | undefined): Required<TextSettings> => ({
  source: '',
  prompt: '',
  starts_with_source: true,
  minimum: 0,
  maximum: 100_000,
  direction: 'auto',
  ...(settings as TextSettings | undefined),
})

/** Code points, without white space at the ends. */
export const lengthOf = (text: string): number => Array.from(text.trim()).length

const START = 60
const tool: Tool = {
  kind: 'text',
  surface: 'page',
  key: '',
  title: 'Text',
  isPerLabel: true,
  form: Form,
  settings: Settings,
  startSettings: { source: 'text', starts_with_source: true },
  summary: (object) => {
    const { text } = object as unknown as Text
    return text.length > START ? `${text.slice(0, START)}…` : text
  },
  lacks: (field, object) => {
    const { minimum, maximum } = settingsOf(field.settings)
    const length = lengthOf((object as unknown as Text).text)
    const name = object.label
    if (length < Math.max(1, minimum)) return say('kind.text.too_short', { name, length, minimum: Math.max(1, minimum) })
    return length > maximum ? say('kind.text.too_long', { name, length, maximum }) : ''
  },
  sample: (field) => {
    const { source, prompt } = settingsOf(field.settings)
    const text = 'Gold is an very heavy metal, it do not rust. People have dug for it for more then six thousand years.'
    return { ...(prompt ? { [prompt]: 'Make it **correct** and easy to read.' } : {}), [source || 'text']: text }
  },
}
export default tool
