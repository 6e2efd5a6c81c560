/** Where data comes from and on what ground it may be used: asked once for an import. */

import type { Reading } from './send'

export interface OriginForm {
  source: string
  licence: string
  basis: string
}

export const LICENCES = [
  'CC0 1.0',
  'CC BY 4.0',
  'CC BY-SA 4.0',
  'CC BY-NC 4.0',
  'ODbL 1.0',
  'Apache-2.0',
  'MIT',
  'Own work, all rights reserved',
  'By contract',
  'Unknown',
]

export const BASES = [
  'Own recording',
  'Consent of the people shown',
  'Contract with the provider',
  'Public licence',
  'Public domain',
  'Legitimate interest, assessed',
  'No personal data',
]

/** The first field that is still empty. */
export function missingOf(origin: OriginForm): keyof OriginForm | null {
  const order: (keyof OriginForm)[] = ['source', 'licence', 'basis']
  return order.find((key) => origin[key].trim() === '') ?? null
}

/** `text` for a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** The same import from a terminal; `reading` as it is chosen on the page. */
export function asCommand(projectId: string, origin: OriginForm, { fields, format, batch }: Reading): string {
  const given = (['source', 'licence', 'basis'] as const).map((key) => [key, origin[key].trim()])
  const said = [...given, ['batch', batch.trim()], ['format', format], ...fields.map((name) => ['field', name])]
  const options = said.filter(([, text]) => text).map(([key, text]) => ` --${key} ${quoted(text ?? '')}`)
  return `goldsmith import ${projectId} PATH${options.join('')}`
}

/** Items of a pasted text: one for each line that is not empty, or one for all. */
export function pastedItems(text: string, column: string, isByLine: boolean): { data: Record<string, string> }[] {
  const texts = isByLine ? text.split(/\r?\n/) : [text]
  return texts.filter((one) => one.trim()).map((one) => ({ data: { [column]: isByLine ? one.trim() : one } }))
}
