import type { Span } from '../../../../web/src/generated/types'
import type { Geometry, Part, Tool } from '../../../../web/src/canvas/tool'

const partsOf = (object: Geometry): Part[] => {
  const { start, end, more = [] } = object as unknown as Pick<Span, 'start' | 'end' | 'more'>
  return [{ start, end }, ...more.map(([from, to]) => ({ start: from, end: to }))]
}

const tool: Tool = {
  kind: 'span',
  surface: 'text',
  key: '',
  title: 'Span',
  parts: partsOf,
  ofParts: ([first, ...more]) => ({
    start: first?.start ?? 0,
    end: first?.end ?? 0,
    more: more.map(({ start, end }) => [start, end]),
  }),
  summary: (object) =>
    partsOf(object)
      .map(({ start, end }) => `${start}–${end}`)
      .join(' + '),
}
export default tool
