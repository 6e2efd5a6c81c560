/** A picture of tiles: those in sight are fetched, coarser ones stand in until they are there. */
import { shared, type Bounds, type Frame, type Point } from '../geometry'
import { seen, type Size, type View } from '../viewport'
import type { Copy, Picture, Shown } from './picture'
import {
  boundsOfTile,
  greyOf,
  isDeep,
  nameOf,
  sizeOfTile,
  tileOf,
  tilesFacts,
  tilesIn,
  type Place,
  type Tile,
  type TilesFacts,
} from './tiles'

const KEPT = 240 // tiles: 60 megapixels
const SHARP_FROM = 3 // screen pixels per image pixel
const OVERVIEW: Place = { level: 0, column: 0, row: 0 }

interface Held {
  readonly place: Place
  tile: Tile | null // null while it is on its way
  shown: string // the levels it was made with
}

export class TiledPicture implements Picture {
  readonly width_px: number
  readonly height_px: number
  readonly copied: Promise<void>
  readonly isDeep: boolean
  changed: () => void = () => undefined
  private readonly tiles = new Map<string, Held>()
  private levels: { low: number; high: number }

  private constructor(
    private readonly src: string,
    private readonly facts: TilesFacts,
    private readonly overview: Tile,
  ) {
    this.width_px = facts.width_px
    this.height_px = facts.height_px
    this.isDeep = isDeep(facts)
    this.levels = { low: facts.low, high: facts.high }
    this.copied = Promise.resolve()
  }

  static async open(src: string): Promise<TiledPicture> {
    const facts = await tilesFacts(src)
    return new TiledPicture(src, facts, await tileOf(src, facts, { ...OVERVIEW, level: facts.levels - 1 }, null))
  }

  /** Of the values that are there. */
  get range() {
    const { least, most, low, high } = this.facts
    return { least, most, low, high }
  }

  show({ low, high }: Shown) {
    if (!this.isDeep || (low === this.levels.low && high === this.levels.high)) return
    this.levels = { low, high }
    this.changed()
  }

  paint(ctx: CanvasRenderingContext2D, view: View, window: Size, dpr: number, frame: Frame) {
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0)
    ctx.clearRect(0, 0, window.w, window.h)
    const part = shared(seen(view, window), { x: 0, y: 0, w: frame.width_px, h: frame.height_px })
    if (!part.w || !part.h) return
    ctx.imageSmoothingEnabled = view.scale * dpr < SHARP_FROM
    const { pixels } = this.copyFor(0)
    const whole = { x: 0, y: 0, w: this.width_px, h: this.height_px }
    draw(ctx, pixels, whole, view)
    const level = this.levelFor(view.scale * dpr)
    for (let one = this.facts.levels - 2; one >= level; one--)
      for (const place of tilesIn(part, this.facts, one)) {
        const tile = one === level ? this.take(place) : this.tiles.get(nameOf(place))?.tile
        if (tile) draw(ctx, this.pixelsOf(place, tile), boundsOfTile(place, this.facts), view)
      }
    this.forget()
  }

  /** The whole picture, as coarse as it comes: for a small view of it. */
  copyFor(_scale: number): Copy {
    const { values } = this.overview
    const place = { ...OVERVIEW, level: this.facts.levels - 1 }
    const { w, h } = sizeOfTile(place, this.facts)
    const pixels = values ? greyOf(values, w, h, this.levels) : this.overview.pixels
    return { pixels, scale: w / this.width_px }
  }

  valueAt({ x, y }: Point): readonly number[] | null {
    const { tile_px } = this.facts
    const place = { level: 0, column: Math.floor(x / tile_px), row: Math.floor(y / tile_px) }
    const tile = this.facts.levels === 1 ? this.overview : this.tiles.get(nameOf(place))?.tile
    if (!tile) return null
    const { w } = sizeOfTile(place, this.facts)
    const column = Math.floor(x) - place.column * tile_px,
      row = Math.floor(y) - place.row * tile_px
    if (tile.values) return [tile.values[row * w + column] ?? 0]
    return pixelOf(tile.pixels, column, row)
  }

  /** The coarsest level that still has a pixel for every pixel at this scale. */
  private levelFor(scale: number): number {
    const wanted = Math.floor(Math.log2(1 / Math.max(scale, 1e-6)))
    return Math.max(0, Math.min(this.facts.levels - 1, wanted))
  }

  private take(place: Place): Tile | null {
    const name = nameOf(place)
    const known = this.tiles.get(name)
    if (known) {
      this.tiles.delete(name) // used last
      this.tiles.set(name, known)
      return known.tile
    }
    const held: Held = { place, tile: null, shown: '' }
    this.tiles.set(name, held)
    tileOf(this.src, this.facts, place, this.levels).then(
      (tile) => {
        held.tile = tile
        held.shown = this.shownAs
        this.changed()
      },
      () => this.tiles.delete(name), // asked for again when it is next in sight
    )
    return null
  }

  private get shownAs(): string {
    return `${this.levels.low} ${this.levels.high}`
  }

  private pixelsOf(place: Place, tile: Tile): CanvasImageSource {
    const held = this.tiles.get(nameOf(place))
    if (!tile.values || !held || held.shown === this.shownAs) return tile.pixels
    const { w, h } = sizeOfTile(place, this.facts)
    held.tile = { ...tile, pixels: greyOf(tile.values, w, h, this.levels) }
    held.shown = this.shownAs
    return held.tile.pixels
  }

  private forget() {
    for (const name of this.tiles.keys()) {
      if (this.tiles.size <= KEPT) return
      this.tiles.delete(name)
    }
  }
}

function draw(ctx: CanvasRenderingContext2D, pixels: CanvasImageSource, at: Bounds, view: View) {
  const x = Math.floor(at.x * view.scale + view.x),
    y = Math.floor(at.y * view.scale + view.y)
  const right = Math.ceil((at.x + at.w) * view.scale + view.x),
    bottom = Math.ceil((at.y + at.h) * view.scale + view.y)
  ctx.drawImage(pixels, x, y, right - x, bottom - y)
}

let probe: OffscreenCanvasRenderingContext2D | null = null

/** Red, green and blue of one pixel. */
export function pixelOf(pixels: CanvasImageSource, x: number, y: number): readonly number[] | null {
  probe ??= new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
  if (!probe) return null
  probe.clearRect(0, 0, 1, 1)
  probe.drawImage(pixels, Math.floor(x), Math.floor(y), 1, 1, 0, 0, 1, 1)
  return [...probe.getImageData(0, 0, 1, 1).data.slice(0, 3)]
}
