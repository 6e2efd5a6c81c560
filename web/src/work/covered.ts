/** What an object covers of its item's text: its parts with a space between; empty where it covers none. */
import { tools } from '@/canvas/tool'
import type { ItemData } from '@/generated/types'
import type { Found } from '@/work/edit'

export function covered({ field, object }: Found, item: ItemData | null): string {
  const text = item?.data?.[object.asset || field.asset || '']
  const parts = tools.get(object.kind)?.parts?.(object)
  if (typeof text !== 'string' || !parts) return ''
  const points = Array.from(text)
  return parts.map(({ start, end }) => points.slice(start, end).join('')).join(' ')
}
