/** The schema as text: YAML or JSON out, and back in with the line and column of what does not fit. */
import { isNode, LineCounter, parseDocument, stringify } from 'yaml'
import type { LabelSchema } from '@/generated/types'
import { tidy } from './draft'
import { misfits } from './shape'

export type Language = 'yaml' | 'json'

/** What does not fit and where; line and column count from 1. */
export interface CodeProblem {
  text: string
  line: number
  column: number
}

export type Parsed = { schema: LabelSchema; problem: null } | { schema: null; problem: CodeProblem }

export function toText(schema: LabelSchema, language: Language): string {
  const plain = tidy(schema)
  return language === 'json' ? `${JSON.stringify(plain, null, 2)}\n` : stringify(plain, { lineWidth: 100 })
}

/** The schema that the text says; JSON is read as the YAML that it also is. */
export function fromText(text: string): Parsed {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const broken = document.errors[0]
  if (broken) {
    const summary = broken.message.split(' at line ')[0] ?? broken.message
    return { schema: null, problem: { text: summary, ...place(lines, broken.pos[0]) } }
  }
  const value: unknown = document.toJS()
  const misfit = misfits(value)[0]
  if (!misfit) return { schema: named(value as LabelSchema), problem: null }
  return { schema: null, problem: { text: misfit.text, ...place(lines, offset(document, misfit.path)) } }
}

/** Where the node at `path` starts, or the nearest one above it. */
function offset(document: ReturnType<typeof parseDocument>, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

function place(lines: LineCounter, at: number): { line: number; column: number } {
  const { line, col } = lines.linePos(at)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}

/** Labels may be written as plain names. */
function named(schema: LabelSchema): LabelSchema {
  const fields = schema.fields.map((field) => ({
    ...field,
    labels: field.labels.map((label: unknown) => (typeof label === 'string' ? { name: label } : label)),
  }))
  return { fields } as LabelSchema
}
