import type { GroupSettings, ObjectGroup } from '../../../../web/src/generated/types'
import type { Settings, Tool } from '../../../../web/src/canvas/tool'
import SettingsPart from './Settings.svelte'

export const settingsOf = (settings: Settings | undefined): GroupSettings => (settings ?? {}) as GroupSettings

const tool: Tool = {
  kind: 'group',
  surface: 'links',
  key: '',
  title: 'Group',
  settings: SettingsPart,
  renamed(settings, { what, from, to }) {
    const { fields, ...rest } = settingsOf(settings)
    if (what !== 'field' || !fields) return settings
    const left = fields.flatMap((name) => (name !== from ? [name] : to !== null ? [to] : []))
    return left.length ? { ...rest, fields: left } : rest
  },
  joiner: {
    how: 'set',
    refers: (object) => (object as unknown as ObjectGroup).members,
    of: (ids) => ({ members: [...new Set(ids)] }),
    least: (settings) => (settingsOf(settings).has_singles ? 1 : 2),
    mayShare: (settings) => settingsOf(settings).may_overlap ?? false,
  },
}
export default tool
