/** An answer's value as the editors hold it, and small things about labels. */
import type { Field } from '@/generated/types'

/** One object of an answer; its other keys depend on the kind and only the kind's tool reads them. */
export interface Obj {
  id: string
  kind: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  [key: string]: unknown
}

/** Fields → objects. */
export type Value = Record<string, Obj[]>

const PALETTE = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#b8a800', '#8d6cd9']

/** The label's own colour, else the palette's by its place in the field: stable per label. */
export function labelColor(field: Pick<Field, 'labels'> | undefined, name: string): string {
  const at = field?.labels.findIndex((label) => label.name === name) ?? -1
  return field?.labels[at]?.color ?? PALETTE[Math.max(0, at) % PALETTE.length] ?? '#0072b2'
}

/** `crypto.randomUUID` exists only on secure origins; a workplace server on plain http needs ids too. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
