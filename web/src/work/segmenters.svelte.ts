/** Models that are shown where a thing is and give its pixels: which there are, and how one is asked. */
import type { AskModel } from '@/canvas/edit/assists'
import { decode } from '@/canvas/pixels/runs'
import type { AssetFacts, SegmenterRow, SegmentOut } from '@/generated/types'
import { api } from '@/lib/api'

class Segmenters {
  all = $state.raw<readonly SegmenterRow[]>([])
  private isAsked = false

  /** Asked once a visit; where the answer does not come there is no such help. */
  load(): void {
    if (this.isAsked) return
    this.isAsked = true
    api<SegmenterRow[]>('GET', '/api/segmenters').then(
      (all) => (this.all = all ?? []),
      () => (this.isAsked = false),
    )
  }
}
export const segmenters = new Segmenters()
export const loadSegmenters = (): void => segmenters.load()

/** How the first model is asked for a thing on this picture. */
export function askerOf({ sha256 }: AssetFacts): AskModel {
  return async ({ hints, box }) => {
    const asked = {
      segmenter: segmenters.all[0]?.predictor_id ?? '',
      hints: hints.map(({ x, y, isBeside }) => ({ x_px: x, y_px: y, is_beside: isBeside })),
      box: box && [box.x, box.y, box.x + box.w, box.y + box.h],
    }
    const out = await api<SegmentOut>('POST', `/api/blobs/${sha256}/segment`, asked)
    if (!out?.width_px || !out.height_px) return null
    const { x_px: x = 0, y_px: y = 0, width_px: w, height_px: h } = out
    const bits = decode(out.rle ?? '', w, h)
    return bits && { x, y, w, h, bits }
  }
}
