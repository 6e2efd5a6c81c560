import type { Span } from '../../../../web/src/generated/types'
import type { Geometry, Tool } from '../../../../web/src/canvas/tool'

const read = (object: Geometry): Pick<Span, 'start' | 'end'> => object as unknown as Span

const tool: Tool = {
  kind: 'span',
  surface: 'text',
  key: '',
  title: 'Span',
  range: (object) => ({ start: read(object).start, end: read(object).end }),
  ofRange: ({ start, end }) => ({ start, end }),
  summary: (object) => `${read(object).start}–${read(object).end}`,
}
export default tool
