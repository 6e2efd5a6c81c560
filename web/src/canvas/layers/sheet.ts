/** One bitmap of resting objects, larger than the window by a margin, and the view it was painted at. */
import { contains, grown, shared, type Bounds, type Frame } from '../geometry'
import type { Changes, Entry, Scene } from '../scene'
import { seen, type Size, type View } from '../viewport'
import { paintOutline, paintTag, screenBounds, tagPlace, tagWidth, TAG_HEIGHT, type Look, type Pen } from './paint'
import { TagPlaces } from './tags'

export const MARGIN = 160 // CSS pixels on each side
const WIDEST_TAG = 240
const NARROWEST_TAGGED = 12
const LINE = 8 // outlines, their joins and points reach this far beyond the bounds

const plain = (entry: Entry): Look => ({ color: entry.shape.color, isSelected: false, isDashed: !!entry.shape.dashed })

/** A single point has no width, and its tag all the same. */
const isTooNarrow = ({ bounds }: Entry['outline'], scale: number) =>
  bounds.w * scale < NARROWEST_TAGGED && (bounds.w > 0 || bounds.h > 0)

export class Sheet {
  readonly canvas: HTMLCanvasElement
  /** Where image points lie on this bitmap; its own corner is MARGIN outside the window's. */
  view: View = { scale: 1, x: 0, y: 0 }
  size: Size = { w: 0, h: 0 }
  isFine = false
  private dpr = 1
  private readonly ctx: CanvasRenderingContext2D | null
  private readonly tags = new TagPlaces()

  constructor() {
    this.canvas = document.createElement('canvas')
    this.canvas.style.cssText =
      'position:absolute;left:0;top:0;transform-origin:0 0;will-change:transform;pointer-events:none;visibility:hidden'
    this.ctx = this.canvas.getContext('2d')
  }

  /** Empties the bitmap and takes the window's view. */
  begin(view: View, window: Size, dpr: number) {
    const size = { w: window.w + 2 * MARGIN, h: window.h + 2 * MARGIN }
    const width = Math.round(size.w * dpr),
      height = Math.round(size.h * dpr)
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height })
    this.canvas.style.width = `${width / dpr}px`
    this.canvas.style.height = `${height / dpr}px`
    this.view = { scale: view.scale, x: view.x + MARGIN, y: view.y + MARGIN }
    this.size = size
    this.dpr = dpr
    this.tags.clear()
    this.ctx?.setTransform(dpr, 0, 0, dpr, 0, 0)
    this.ctx?.clearRect(0, 0, size.w, size.h)
  }

  get area(): Bounds {
    return seen(this.view, this.size)
  }
  private get pen(): Pen | null {
    return this.ctx && { ctx: this.ctx, view: this.view, dpr: this.dpr, isFine: this.isFine }
  }

  paint(entry: Entry) {
    if (this.pen) paintOutline(this.pen, entry.outline, plain(entry))
  }

  /** Paints the entry's tag where there is room; tells whether there was. */
  paintTag(entry: Entry): boolean {
    const at = this.tags.get(entry.shape.id) ?? this.claim(entry)
    if (at && this.ctx) paintTag(this.ctx, entry.shape.tag, at, plain(entry))
    return at !== null
  }

  /** Paints again what the changes touch, without `activeId`, which lies on the edit layer. */
  repair(scene: Scene, changes: Changes, activeId: string | null, most: number): boolean {
    const areas = [...changes.gone, ...changes.fresh].map((e) => this.reach(e))
    const found = areas.map((area) =>
      scene.within(
        this.toImageArea({
          x: area.x - WIDEST_TAG,
          y: area.y - LINE,
          w: area.w + WIDEST_TAG + LINE,
          h: area.h + TAG_HEIGHT + LINE,
        }),
      ),
    )
    if (found.reduce((n, list) => n + list.length, 0) > most) return false
    for (const entry of changes.gone) this.tags.release(entry.shape.id)
    areas.forEach((area, i) =>
      this.repaint(
        area,
        (found[i] ?? []).filter((e) => e.shape.id !== activeId),
      ),
    )
    return true
  }

  /** Whether panning to `view` still shows only painted ground, with some to spare. */
  covers(view: View, window: Size, frame: Frame): boolean {
    const picture = { x: 0, y: 0, w: frame.width_px, h: frame.height_px }
    const needed = shared(grown(seen(view, window), MARGIN / 3 / view.scale), picture)
    return contains(grown(this.area, 1e-6), needed) || needed.w === 0 || needed.h === 0
  }

  /** Lays the bitmap so that it fits `view`, blown up or shrunk where the scale has changed. */
  lay(view: View) {
    const k = view.scale / this.view.scale
    const x = view.x - this.view.x * k,
      y = view.y - this.view.y * k
    this.canvas.style.transform = `translate(${x}px, ${y}px) scale(${k})`
  }

  private claim(entry: Entry): Bounds | null {
    const { tag, id } = entry.shape
    if (!this.ctx || !tag || isTooNarrow(entry.outline, this.view.scale)) return null
    const at = tagPlace(entry.outline, this.view, tagWidth(this.ctx, tag))
    return this.tags.claim(id, at) ? at : null
  }

  /** The screen area that the entry and its tag take on this bitmap, in whole pixels. */
  private reach(entry: Entry): Bounds {
    const at = grown(screenBounds(entry.outline.bounds, this.view), LINE)
    const width = Math.max(at.w, entry.shape.tag && this.ctx ? tagWidth(this.ctx, entry.shape.tag) + 2 * LINE : 0)
    const x = Math.floor(at.x),
      y = Math.floor(at.y - TAG_HEIGHT)
    return shared(
      { x, y, w: Math.ceil(width) + 1, h: Math.ceil(at.h + 2 * TAG_HEIGHT) + 1 },
      { x: 0, y: 0, ...this.size },
    )
  }

  private toImageArea({ x, y, w, h }: Bounds): Bounds {
    const { scale } = this.view
    return { x: (x - this.view.x) / scale, y: (y - this.view.y) / scale, w: w / scale, h: h / scale }
  }

  private repaint(area: Bounds, entries: Entry[]) {
    const { ctx } = this
    if (!ctx || !area.w || !area.h) return
    ctx.save()
    ctx.beginPath()
    ctx.rect(area.x, area.y, area.w, area.h)
    ctx.clip()
    ctx.clearRect(area.x, area.y, area.w, area.h)
    for (const entry of entries) this.paint(entry)
    for (const entry of entries) this.paintTag(entry)
    ctx.restore()
  }
}
