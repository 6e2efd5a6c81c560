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

/** A label of any other field is taken for one that pairs name: names of labels are few, and seldom the same. */
const renamed: Tool['renamed'] = (settings, { what, from, to }) => {
  const now = settingsOf(settings)
  const name = (one: string): string => (one === from ? to : one)
  if (what === 'field') return now.fields ? { ...now, fields: now.fields.map(name) } : now
  const pairs = Object.entries(now.pairs ?? {}).map(([label, ends]) =>
    what === 'own label'
      ? [name(label), ends]
      : [label, ends.map(({ source, target }) => ({ source: name(source), target: name(target) }))],
  )
  const symmetric = what === 'own label' ? now.symmetric?.map(name) : now.symmetric
  return { ...now, ...(now.pairs ? { pairs: Object.fromEntries(pairs) } : {}), ...(symmetric ? { symmetric } : {}) }
}

const tool: Tool = {
  kind: 'relation',
  surface: 'links',
  key: '',
  title: 'Relation',
  settings: SettingsPart,
  renamed,
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
