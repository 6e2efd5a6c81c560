import type { Step, StepSettings } from '@/generated/types'
import type { Tool } from '@/canvas/tool'
import Form from './Form.svelte'
import Settings from './Settings.svelte'

export const settingsOf = (settings: Record<string, unknown> | undefined): Required<StepSettings> => ({
  trace: 'trace',
  ...(settings as StepSettings | undefined),
})

const SAMPLE = [
  { role: 'user', content: 'Which file is the largest?' },
  { role: 'assistant', tool_calls: [{ function: { name: 'list_files', arguments: '{"sort":"size"}' } }] },
  { role: 'tool', content: 'film.mkv 4.1 GB\nnotes.txt 2 kB' },
  { role: 'assistant', content: 'The largest file is **film.mkv** (4.1 GB).' },
]

const tool: Tool = {
  kind: 'step',
  surface: 'page',
  key: '',
  title: 'Step of a trace',
  form: Form,
  settings: Settings,
  startSettings: { trace: 'trace' },
  summary: (object) => {
    const { step, label, comment } = object as unknown as Step
    return comment ? `${step} ${label} (${comment})` : `${step} ${label}`
  },
  sample: (field) => ({ [settingsOf(field.settings).trace]: JSON.stringify(SAMPLE) }),
}
export default tool
