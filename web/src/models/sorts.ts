/** The forms of the sorts of models: which settings each has, and how one is asked for. */
import type { PredictorRow } from '../generated/types'
import type { Key } from '../lib/language.svelte'

export interface Ask {
  readonly name: string
  readonly title: Key
  readonly hint?: Key
  readonly sort: 'text' | 'long' | 'number' | 'check' | 'choice' | 'pairs' | 'list' | 'numbers' | 'file' | 'project' | 'field' | 'embedder'
  readonly isNeeded?: boolean
  readonly choices?: readonly (readonly [string, Key])[]
  readonly least?: number
  readonly most?: number
  readonly step?: number
  readonly start?: unknown
  /** Of a file: which ones are offered. */
  readonly accept?: string
  /** Among those that are seldom changed. */
  readonly isSeldom?: boolean
}

export interface SortForm {
  readonly title: Key
  readonly text: Key
  readonly hasSecret: boolean
  readonly asks: readonly Ask[]
}

const TIMES: readonly Ask[] = [
  { name: 'timeout_seconds', title: 'models.timeout', sort: 'number', least: 1, most: 600, start: 60, isSeldom: true },
  { name: 'tries', title: 'models.tries', sort: 'number', least: 1, most: 10, start: 4, isSeldom: true },
]
const KEY: Ask = { name: 'key', title: 'models.key', hint: 'models.key_hint', sort: 'text', start: '', isSeldom: true }

export const SORT_FORMS: Readonly<Record<string, SortForm>> = {
  openai: {
    title: 'models.openai',
    text: 'models.openai_text',
    hasSecret: true,
    asks: [
      { name: 'address', title: 'models.address', hint: 'models.address_hint', sort: 'text', isNeeded: true },
      { name: 'model', title: 'models.model_there', sort: 'text', isNeeded: true },
      { name: 'instruction', title: 'models.instruction', hint: 'models.instruction_hint', sort: 'long', start: '' },
      { name: 'prompts', title: 'models.prompts', hint: 'models.prompts_hint', sort: 'pairs', start: {}, isSeldom: true },
      {
        name: 'form',
        title: 'models.form',
        sort: 'choice',
        start: 'schema',
        choices: [
          ['schema', 'models.form_schema'],
          ['object', 'models.form_object'],
          ['text', 'models.form_text'],
        ],
        isSeldom: true,
      },
      { name: 'sees_pictures', title: 'models.sees_pictures', sort: 'check', start: false },
      { name: 'tokens_most', title: 'models.tokens_most', sort: 'number', least: 1, most: 100000, start: 2000, isSeldom: true },
      { name: 'parallel', title: 'models.parallel', sort: 'number', least: 1, most: 16, start: 4, isSeldom: true },
      ...TIMES,
      { name: 'input_minor', title: 'models.input_minor', sort: 'number', least: 0, start: 0, isSeldom: true },
      { name: 'output_minor', title: 'models.output_minor', sort: 'number', least: 0, start: 0, isSeldom: true },
      { name: 'currency', title: 'models.currency', hint: 'models.currency_hint', sort: 'text', start: '', isSeldom: true },
    ],
  },
  label_studio: {
    title: 'models.label_studio',
    text: 'models.label_studio_text',
    hasSecret: true,
    asks: [
      { name: 'address', title: 'models.address', hint: 'models.backend_hint', sort: 'text', isNeeded: true },
      ...TIMES,
    ],
  },
  onnx: {
    title: 'models.onnx',
    text: 'models.onnx_text',
    hasSecret: false,
    asks: [
      { name: 'file_sha256', title: 'models.file', hint: 'models.file_hint', sort: 'file', accept: '.onnx', isNeeded: true },
      {
        name: 'task',
        title: 'models.task',
        sort: 'choice',
        start: 'classify',
        choices: [
          ['classify', 'models.task_classify'],
          ['detect', 'models.task_detect'],
          ['embed', 'models.task_embed'],
        ],
      },
      { name: 'field', title: 'models.field', hint: 'models.not_to_embed', sort: 'text', start: '' },
      { name: 'labels', title: 'models.labels', hint: 'models.labels_hint', sort: 'list', start: [] },
      { name: 'width', title: 'models.width', sort: 'number', least: 8, most: 4096, start: 224 },
      { name: 'height', title: 'models.height', sort: 'number', least: 8, most: 4096, start: 224 },
      { name: 'mean', title: 'models.mean', sort: 'numbers', start: [0, 0, 0], isSeldom: true },
      { name: 'std', title: 'models.std', sort: 'numbers', start: [1, 1, 1], isSeldom: true },
      { name: 'scale', title: 'models.scale', sort: 'number', least: 0.0001, step: 0.0001, start: 255, isSeldom: true },
      {
        name: 'layout',
        title: 'models.layout',
        sort: 'choice',
        start: 'NCHW',
        choices: [
          ['NCHW', 'models.layout_nchw'],
          ['NHWC', 'models.layout_nhwc'],
        ],
        isSeldom: true,
      },
      {
        name: 'boxes',
        title: 'models.boxes',
        sort: 'choice',
        start: 'columns',
        choices: [
          ['columns', 'models.boxes_columns'],
          ['rows', 'models.boxes_rows'],
          ['parts', 'models.boxes_parts'],
        ],
        isSeldom: true,
      },
      { name: 'least', title: 'models.least', sort: 'number', least: 0, most: 1, step: 0.01, start: 0.25, isSeldom: true },
      KEY,
    ],
  },
  segmenter: {
    title: 'models.segmenter',
    text: 'models.segmenter_text',
    hasSecret: false,
    asks: [
      { name: 'encoder_sha256', title: 'models.encoder', hint: 'models.encoder_hint', sort: 'file', accept: '.onnx', isNeeded: true },
      { name: 'decoder_sha256', title: 'models.decoder', hint: 'models.decoder_hint', sort: 'file', accept: '.onnx', isNeeded: true },
      { name: 'longest_px', title: 'models.longest', sort: 'number', least: 64, most: 4096, start: 1024, isSeldom: true },
      { name: 'mean', title: 'models.mean', sort: 'numbers', start: [123.675, 116.28, 103.53], isSeldom: true },
      { name: 'std', title: 'models.std', sort: 'numbers', start: [58.395, 57.12, 57.375], isSeldom: true },
    ],
  },
  rules: {
    title: 'models.rules',
    text: 'models.rules_text',
    hasSecret: false,
    asks: [
      { name: 'field', title: 'models.field', sort: 'text', isNeeded: true },
      { name: 'terms', title: 'models.terms', hint: 'models.terms_hint', sort: 'list', start: [] },
      { name: 'patterns', title: 'models.patterns', hint: 'models.patterns_hint', sort: 'list', start: [] },
      { name: 'file_sha256', title: 'models.terms_file', hint: 'models.terms_file_hint', sort: 'file', accept: '.jsonl,.ndjson', start: '' },
      { name: 'file_label', title: 'models.file_label', sort: 'text', start: '' },
      { name: 'file_attribute', title: 'models.file_attribute', sort: 'text', start: '' },
      { name: 'is_exact', title: 'models.is_exact', sort: 'check', start: false },
      KEY,
    ],
  },
  imported: { title: 'models.imported', text: 'models.imported_text', hasSecret: false, asks: [] },
  quick: {
    title: 'models.quick',
    text: 'models.quick_text',
    hasSecret: false,
    asks: [
      { name: 'project_id', title: 'models.project', sort: 'project', isNeeded: true },
      { name: 'field', title: 'models.field', sort: 'field', isNeeded: true },
      { name: 'embedder', title: 'models.embedder', hint: 'models.embedder_hint', sort: 'embedder', start: '' },
      KEY,
    ],
  },
}

/** Whether a model says something of an item by itself; others are shown things, or only say what pictures are like. */
export const predicts = ({ sort, settings }: PredictorRow): boolean => sort !== 'segmenter' && settings['task'] !== 'embed'

/** What a form starts from: the settings that are there, else each setting's own start. */
export function startOf(form: SortForm, settings: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return Object.fromEntries(form.asks.map(({ name, start, sort }) => [name, settings[name] ?? start ?? (sort === 'number' ? 0 : '')]))
}

/** Lines as a list, without those that are empty. */
export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

/** Three numbers from a text such as “0.485, 0.456, 0.406”; null where they are not three. */
export function threeOf(text: string): number[] | null {
  const found = text.split(/[\s,;]+/).filter(Boolean).map(Number)
  return found.length === 3 && found.every(Number.isFinite) ? found : null
}
