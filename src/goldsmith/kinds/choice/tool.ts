import type { Tool } from '../../../../web/src/canvas/tool'

const tool: Tool = { kind: 'choice', key: '', title: 'Choice' }
export default tool
