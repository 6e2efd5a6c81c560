import type { Relation, RelationPair, RelationSettings } from '../../../../web/src/generated/types'
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

/** What names something that is gone goes with it; a relation that is left without pairs may join anything. */
const renamed: Tool['renamed'] = (settings, { what, from, to }) => {
  const { fields, pairs, symmetric, ...rest } = settingsOf(settings)
  const names = (list: readonly string[]): string[] => list.flatMap((one) => (one !== from ? [one] : to !== null ? [to] : []))
  const ends = (list: readonly RelationPair[]): RelationPair[] =>
    list.flatMap(({ source, target }) => {
      const [a, b] = [names([source])[0], names([target])[0]]
      return a !== undefined && b !== undefined ? [{ source: a, target: b }] : []
    })
  const paired = Object.entries(pairs ?? {}).flatMap(([label, list]): [string, RelationPair[]][] => {
    if (what === 'own label') return names([label]).map((name) => [name, [...list]])
    const left = what === 'label' ? ends(list) : [...list]
    return left.length ? [[label, left]] : []
  })
  const joined = what === 'field' ? names(fields ?? []) : (fields ?? [])
  const mirrored = what === 'own label' ? names(symmetric ?? []) : (symmetric ?? [])
  return {
    ...rest,
    ...(joined.length ? { fields: joined } : {}),
    ...(paired.length ? { pairs: Object.fromEntries(paired) } : {}),
    ...(mirrored.length ? { symmetric: mirrored } : {}),
  }
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
