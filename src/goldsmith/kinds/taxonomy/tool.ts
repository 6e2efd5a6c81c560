import type { Tool } from '@/canvas/tool'
import Form from './Form.svelte'

const tool: Tool = { kind: 'taxonomy', surface: 'form', key: '', title: 'Taxonomy', form: Form }
export default tool
