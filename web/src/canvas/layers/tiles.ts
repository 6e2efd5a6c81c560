/** Tiles of a large or deep picture: how it is cut, which ones a view needs, and each as something to draw. */
import type { PictureTiles } from '../../generated/types'
import type { Bounds } from '../geometry'

/** How a picture is cut; level 0 has its own pixels, each further one half as many on each axis. */
export type TilesFacts = Required<PictureTiles>

export interface Place {
  readonly level: number
  readonly column: number
  readonly row: number
}
/** `values` are those of a deep picture, of 16 bits. */
export interface Tile {
  readonly pixels: ImageBitmap | OffscreenCanvas
  readonly values: Uint16Array | null
}
/** The values that are shown black and white. */
export interface Levels {
  readonly low: number
  readonly high: number
}

const ASKS_AGAIN_MS = 800
const END = '/tiles'

export const isTiled = (src: string): boolean => src.endsWith(END)
export const tiledAddress = (src: string): string => src + END

const asked = new Map<string, Promise<TilesFacts>>()

/** How the picture is cut, once it is. */
export function tilesFacts(src: string): Promise<TilesFacts> {
  const known = asked.get(src) ?? fetchFacts(src)
  asked.set(src, known)
  known.catch(() => asked.delete(src))
  return known
}

async function fetchFacts(src: string): Promise<TilesFacts> {
  for (;;) {
    const answer = await fetch(src, { credentials: 'same-origin' })
    if (!answer.ok) throw new Error(`${answer.status}`)
    const facts = (await answer.json()) as TilesFacts
    if (facts.is_ready) return facts
    await new Promise((done) => setTimeout(done, ASKS_AGAIN_MS))
  }
}

export const isDeep = ({ media_type }: TilesFacts): boolean => media_type === 'application/octet-stream'

/** Pixels of the picture along a tile's side. */
const sideOf = ({ tile_px }: TilesFacts, level: number): number => tile_px * 2 ** level

/** The tiles of a level that show this part of the picture. */
export function tilesIn({ x, y, w, h }: Bounds, facts: TilesFacts, level: number): Place[] {
  const side = sideOf(facts, level)
  const first = (n: number) => Math.max(0, Math.floor(n / side))
  const last = (n: number, most: number) => Math.min(Math.ceil(most / side), Math.ceil(n / side))
  const found: Place[] = []
  for (let row = first(y); row < last(y + h, facts.height_px); row++)
    for (let column = first(x); column < last(x + w, facts.width_px); column++) found.push({ level, column, row })
  return found
}

/** The part of the picture that a tile shows. */
export function boundsOfTile({ level, column, row }: Place, facts: TilesFacts): Bounds {
  const side = sideOf(facts, level)
  const x = column * side,
    y = row * side
  return { x, y, w: Math.min(side, facts.width_px - x), h: Math.min(side, facts.height_px - y) }
}

export const nameOf = ({ level, column, row }: Place): string => `${level}/${column}/${row}`

/** A tile as it is drawn; of a deep picture with these levels, or its own. */
export async function tileOf(src: string, facts: TilesFacts, place: Place, levels: Levels | null): Promise<Tile> {
  const answer = await fetch(`${src}/${nameOf(place)}`, { credentials: 'same-origin' })
  if (!answer.ok) throw new Error(`${answer.status}`)
  if (!isDeep(facts)) return { pixels: await createImageBitmap(await answer.blob()), values: null }
  const values = new Uint16Array(await answer.arrayBuffer())
  const { w, h } = sizeOfTile(place, facts)
  return { pixels: greyOf(values, w, h, levels ?? facts), values }
}

/** Of its bitmap. */
export function sizeOfTile(place: Place, facts: TilesFacts): { w: number; h: number } {
  const size = (all: number, at: number) => {
    let left = all
    for (let level = 0; level < place.level; level++) left = Math.ceil(left / 2)
    return Math.min(facts.tile_px, left - at * facts.tile_px)
  }
  return { w: size(facts.width_px, place.column), h: size(facts.height_px, place.row) }
}

/** Values between the levels as greys. */
export function greyOf(values: Uint16Array, w: number, h: number, { low, high }: Levels): OffscreenCanvas {
  const canvas = new OffscreenCanvas(w, h)
  const ctx = canvas.getContext('2d')
  if (!ctx) return canvas
  const image = ctx.createImageData(w, h)
  const pixels = new Uint32Array(image.data.buffer)
  const scale = 255 / Math.max(1, high - low)
  for (let i = 0; i < pixels.length; i++) {
    const grey = Math.max(0, Math.min(255, Math.round(((values[i] ?? 0) - low) * scale)))
    pixels[i] = 0xff000000 | (grey << 16) | (grey << 8) | grey
  }
  ctx.putImageData(image, 0, 0)
  return canvas
}
