/** Something to try a schema on: the drawn street for pictures, a short text for texts. */
import type { AssetFacts, ItemData, LabelSchema } from '@/generated/types'
import { tools } from '@/canvas/tool'
import { mediumOf } from './kinds'
import { STREET_HEIGHT_PX, STREET_WIDTH_PX } from './street'

const TEXT =
  'On Monday I bought a bicycle from Anna Berg in Oslo for 2,400 kroner. The frame is light and the brakes are ' +
  'excellent, but the saddle was scratched and the bell is missing. She answered my mail within an hour and offered ' +
  'to send another saddle by Friday.'

/** An item with every asset that the schema's fields are about; `picture` is a data address, it stands for the hash. */
export function sampleItem(schema: LabelSchema, picture: string): ItemData {
  const plain = schema.fields.filter(({ kind }) => !tools.get(kind)?.sample)
  const names = (medium: 'image' | 'text') =>
    new Set(plain.filter((f) => mediumOf(f, schema) === medium).map((f) => f.asset || medium))
  const street: AssetFacts = {
    sha256: picture,
    media_type: 'image/png',
    size_bytes: 0,
    width_px: STREET_WIDTH_PX,
    height_px: STREET_HEIGHT_PX,
  }
  const own = schema.fields.map((field) => tools.get(field.kind)?.sample?.(field) ?? {})
  return {
    data: Object.assign(Object.fromEntries([...names('text')].map((name) => [name, TEXT])), ...own) as Record<string, string>,
    assets: Object.fromEntries([...names('image')].map((name) => [name, street])),
  }
}
