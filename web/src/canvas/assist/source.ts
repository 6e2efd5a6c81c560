/** A picture's pixels for those who look for something in them; read beside the page, a part at a time. */
import type { Bounds } from '../geometry'
import { shared } from '../geometry'
import type { Pixels } from '../pixels/wand'
import { isTiled, tileOf, tilesFacts, tilesIn } from '../layers/tiles'

/** Null where the part lies outside. */
export type Read = (part: Bounds) => Promise<Pixels | null>

/** How to read the picture under an address. */
export async function sourceOf(src: string): Promise<Read> {
  return isTiled(src) ? tiledSource(src) : plainSource(src)
}

async function plainSource(src: string): Promise<Read> {
  const answer = await fetch(src, { credentials: 'same-origin' })
  if (!answer.ok) throw new Error(`The picture was not given (${answer.status}).`)
  const bitmap = await createImageBitmap(await answer.blob(), { imageOrientation: 'from-image' })
  let kept: Pixels | null = null
  return async (part) => {
    const { x, y, w, h } = whole(shared(part, { x: 0, y: 0, w: bitmap.width, h: bitmap.height }))
    if (!w || !h) return null
    if (kept && kept.x === x && kept.y === y && kept.w === w && kept.h === h) return kept
    const ctx = new OffscreenCanvas(w, h).getContext('2d', { willReadFrequently: true })
    if (!ctx) return null
    ctx.drawImage(bitmap, -x, -y)
    kept = { x, y, w, h, data: ctx.getImageData(0, 0, w, h).data }
    return kept
  }
}

async function tiledSource(src: string): Promise<Read> {
  const facts = await tilesFacts(src)
  return async (part) => {
    const { x, y, w, h } = whole(shared(part, { x: 0, y: 0, w: facts.width_px, h: facts.height_px }))
    const ctx = w && h ? new OffscreenCanvas(w, h).getContext('2d', { willReadFrequently: true }) : null
    if (!ctx) return null
    await Promise.all(
      tilesIn({ x, y, w, h }, facts, 0).map(async (place) => {
        const tile = await tileOf(src, facts, place, null)
        ctx.drawImage(tile.pixels, place.column * facts.tile_px - x, place.row * facts.tile_px - y)
      }),
    )
    return { x, y, w, h, data: ctx.getImageData(0, 0, w, h).data }
  }
}

const whole = ({ x, y, w, h }: Bounds): Bounds => {
  const left = Math.floor(x),
    top = Math.floor(y)
  return { x: left, y: top, w: Math.ceil(x + w) - left, h: Math.ceil(y + h) - top }
}
