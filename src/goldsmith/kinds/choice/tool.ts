import type { Tool } from '../../../../web/src/canvas/tool'

const tool: Tool = { kind: 'choice', surface: 'form', key: '', title: 'Choice' }
export default tool
