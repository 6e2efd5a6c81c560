import type { Tool } from '../../../../web/src/canvas/tool'

const tool: Tool = { kind: 'span', key: '', title: 'Span', summary: (o) => `${String(o['start'])}–${String(o['end'])}` }
export default tool
