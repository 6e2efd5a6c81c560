import type { Relation, RelationSettings } from '../../../../web/src/generated/types'
import type { Geometry, Settings, Tool } from '../../../../web/src/canvas/tool'
import SettingsPart from './Settings.svelte'

const read = (object: Geometry): Pick<Relation, 'source' | 'target'> => object as unknown as Relation
export const settingsOf = (settings: Settings | undefined): RelationSettings => (settings ?? {}) as RelationSettings

function isSymmetric(label: string, settings: Settings): boolean {
  return settingsOf(settings).symmetric?.includes(label) ?? false
}

/** A label without pairs joins anything. */
function fits(label: string, [from = '', to = '']: readonly string[], settings: Settings): boolean {
  const pairs = settingsOf(settings).pairs?.[label] ?? []
  const isAllowed = (a: string, b: string): boolean => pairs.some(({ source, target }) => source === a && target === b)
  return !pairs.length || isAllowed(from, to) || (isSymmetric(label, settings) && isAllowed(to, from))
}

const tool: Tool = {
  kind: 'relation',
  surface: 'links',
  key: '',
  title: 'Relation',
  settings: SettingsPart,
  joiner: {
    how: 'pair',
    refers: (object) => [read(object).source, read(object).target],
    of: ([source = '', target = '']) => ({ source, target }),
    least: () => 2,
    isSymmetric,
    fits,
    mayShare: () => true,
  },
}
export default tool
