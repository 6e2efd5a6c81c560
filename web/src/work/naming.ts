/** Objects in a few words: the text that a span covers, else the label; and what a link joins. */
import { tools } from '@/canvas/tool'
import { TextIndex } from '@/canvas/text'
import type { Field, ItemData } from '@/generated/types'
import type { Obj } from '@/lib/types'
import { say } from '@/lib/language.svelte'
import { isolated } from '@/lib/messages'

const LONGEST = 24
const MEMBERS_MOST = 4

/** Names of one item's objects. */
export class Naming {
  private readonly texts = new Map<string, TextIndex>()

  constructor(private readonly item: ItemData) {}

  /** `field` is the object's own. */
  name(field: Field, object: Obj): string {
    const parts = tools.get(object.kind)?.parts?.(object)
    const index = parts && this.textOf(object.asset || field.asset || '')
    if (!parts || !index) return object.label
    const said = parts.map(({ start, end }) => index.text.slice(index.toUnit(start), index.toUnit(end))).join(' … ')
    const points = Array.from(said.slice(0, LONGEST * 2))
    return points.length > LONGEST ? `${points.slice(0, LONGEST - 1).join('')}…` : said
  }

  /** What an object joins; empty for one that joins nothing. */
  joined(field: Field, object: Obj, named: (id: string) => string): string {
    const joiner = tools.get(object.kind)?.joiner
    const names = joiner?.refers(object).map((id) => isolated(named(id))) ?? []
    const more = names.length - MEMBERS_MOST
    if (joiner?.how !== 'pair') return [...names.slice(0, MEMBERS_MOST), ...(more > 0 ? [`+${more}`] : [])].join(', ')
    const [name = '', name2 = ''] = names
    const isSymmetric = joiner.isSymmetric?.(object.label, field.settings ?? {})
    return say(isSymmetric ? 'work.name_and_name2' : 'work.name_to_name2', { name, name2 })
  }

  private textOf(asset: string): TextIndex | null {
    const data = this.item.data ?? {}
    const only = Object.values(data).filter((one) => typeof one === 'string')
    const text = data[asset] ?? (only.length === 1 ? only[0] : undefined)
    if (typeof text !== 'string') return null
    const known = this.texts.get(asset) ?? new TextIndex(text)
    this.texts.set(asset, known)
    return known
  }
}
