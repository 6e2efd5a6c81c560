export type Kind = string
export interface Label { name: string; color?: string }
export interface Field { name: string; kind: Kind; labels?: Label[]; asset?: string | null; required?: boolean; multiple?: boolean }
export interface Schema { fields: Field[]; [key: string]: unknown }
/** One object of an annotation; geometry keys depend on the kind and only its tool reads them. */
export interface Obj { id: string; kind: Kind; label: string; asset?: string | null; attributes?: Record<string, unknown>; [key: string]: unknown }
export type Value = Record<string, Obj[]>
export interface Asset { sha256: string; width_px?: number; height_px?: number }
export interface Item { data: Record<string, unknown>; assets?: Record<string, Asset>; [key: string]: unknown }
export interface Lease { lease_id: string; task_id: string; item: Item; fence: number; leased_until: string; draft: Value | null; returned: null | { comment: string } }
export interface Review { review_id: string; fence: number; annotation_id: string; item: Item; value: Value; annotator: string }
export interface Project { project_id: string; name: string; schema: Schema; items: number; settled: number; open: number; annotations: number; people: { name: string; annotations: number }[] }

const PALETTE = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#b8a800', '#8d6cd9']
export function labelColor(field: Field | undefined, name: string): string {
  const index = field?.labels?.findIndex((l) => l.name === name) ?? -1
  return field?.labels?.[index]?.color || PALETTE[Math.max(0, index) % PALETTE.length]!
}
/** crypto.randomUUID exists only on secure origins; a workplace server on plain http needs ids too. */
export function newId(): string {
  const b = crypto.getRandomValues(new Uint8Array(16))
  b[6] = (b[6]! & 0x0f) | 0x40
  b[8] = (b[8]! & 0x3f) | 0x80
  const h = Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('')
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`
}
export const clone = <T>(v: T): T => JSON.parse(JSON.stringify(v)) as T
