/** The picture's pixels: decoded once, with smaller copies for views that show much of it. */
import { shared, type Frame, type Point } from '../geometry'
import { seen, type Size, type View } from '../viewport'
import { pixelOf, TiledPicture } from './tiled'
import { isTiled, tiledAddress } from './tiles'

/** One copy; `scale` is its pixels per pixel of the picture. */
export interface Copy {
  readonly pixels: CanvasImageSource
  readonly scale: number
}

/** Which values are shown black and white. */
export interface Shown {
  readonly low: number
  readonly high: number
}

/** A picture that can be painted, whole or by parts. */
export interface Picture {
  readonly width_px: number
  readonly height_px: number
  /** When all that it is painted from in small is there. */
  readonly copied: Promise<void>
  /** It has more than 8 bits a channel. */
  readonly isDeep: boolean
  /** The smallest and the largest value, and the ends of the window that fits most of them. */
  readonly range: { readonly least: number; readonly most: number; readonly low: number; readonly high: number }
  /** Told when there is more of it to paint. */
  changed: () => void
  /** Takes the window in which a deep picture is shown. */
  show(shown: Shown): void
  /** Paints the part that the window shows; the picture fills `frame`. */
  paint(ctx: CanvasRenderingContext2D, view: View, window: Size, dpr: number, frame: Frame): void
  /** The smallest copy that still has a pixel for every pixel at this scale, or the best there is. */
  copyFor(scale: number): Copy
  /** What is stored for the pixel there: a grey, or red, green and blue. Null where it is not known. */
  valueAt(at: Point): readonly number[] | null
}

const SMALLEST_COPY = 900 // pixels of the longer side
const SHARP_FROM = 3 // screen pixels per image pixel: single pixels are shown as they are
const KEPT = 5 // the one shown, the three fetched ahead, and the last one

class WholePicture implements Picture {
  readonly width_px: number
  readonly height_px: number
  /** When all smaller copies are there. */
  readonly copied: Promise<void>
  readonly isDeep = false
  changed: () => void = () => undefined
  private readonly copies: Copy[]

  private constructor(pixels: CanvasImageSource, width_px: number, height_px: number) {
    this.copies = [{ pixels, scale: 1 }]
    this.width_px = width_px
    this.height_px = height_px
    this.copied = this.addCopies(this.copies[0] as Copy)
  }

  static async open(src: string): Promise<Picture> {
    if (isTiled(src)) return TiledPicture.open(src)
    const bitmap = await decoded(src)
    if (bitmap === 'tiled') return TiledPicture.open(tiledAddress(src))
    if (bitmap) return new WholePicture(bitmap, bitmap.width, bitmap.height)
    const image = new Image()
    image.src = src
    await image.decode()
    return new WholePicture(image, image.naturalWidth, image.naturalHeight)
  }

  /** Paints the part that the window shows; the picture fills `frame`. */
  paint(ctx: CanvasRenderingContext2D, view: View, window: Size, dpr: number, frame: Frame) {
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0)
    ctx.clearRect(0, 0, window.w, window.h)
    const part = shared(seen(view, window), { x: 0, y: 0, w: frame.width_px, h: frame.height_px })
    if (!part.w || !part.h) return
    ctx.imageSmoothingEnabled = view.scale * dpr < SHARP_FROM
    const { pixels, scale } = this.copyFor(view.scale * dpr)
    const u = (scale * this.width_px) / frame.width_px,
      v = (scale * this.height_px) / frame.height_px
    ctx.drawImage(
      pixels,
      part.x * u,
      part.y * v,
      part.w * u,
      part.h * v,
      part.x * view.scale + view.x,
      part.y * view.scale + view.y,
      part.w * view.scale,
      part.h * view.scale,
    )
  }

  /** Greys and colours of 8 bits: the window is a filter over them. */
  get range() {
    this.found ??= fitting(this.copyFor(0).pixels)
    return this.found
  }
  private found: Picture['range'] | null = null
  show() {
    /* nothing: see `range` */
  }

  valueAt({ x, y }: Point): readonly number[] | null {
    return pixelOf((this.copies[0] as Copy).pixels, x, y)
  }

  copyFor(scale: number): Copy {
    const fine = this.copies.filter((c) => c.scale >= scale)
    return (fine.at(-1) ?? this.copies[0]) as Copy // there is always the first
  }

  /** Made one after the other, beside the first use. */
  private async addCopies(larger: Copy) {
    for (let scale = 0.5; Math.max(this.width_px, this.height_px) * scale >= SMALLEST_COPY; scale /= 2) {
      const pixels = await shrunk(larger.pixels, this.width_px * scale, this.height_px * scale)
      if (!pixels) return
      larger = { pixels, scale }
      this.copies.push(larger)
    }
  }
}

/** The picture as a bitmap, decoded beside the page and upright; an element may be decoded again at every draw.
 *
 * 'tiled' where a browser would not show all that is in them: a TIFF, greys of 16 bits.
 * Null where the bytes cannot be read (another host) or made a bitmap (a vector drawing, too large a picture).
 */
async function decoded(src: string): Promise<ImageBitmap | 'tiled' | null> {
  try {
    if (src.startsWith('data:')) return null // the page may show it, not fetch it
    const answer = await fetch(src, { credentials: 'same-origin' })
    if (!answer.ok) return null
    const bytes = await answer.blob()
    if (src.startsWith('/') && (await isForTiles(bytes))) return 'tiled'
    return await createImageBitmap(bytes, { imageOrientation: 'from-image' })
  } catch {
    return null
  }
}

async function isForTiles(bytes: Blob): Promise<boolean> {
  const head = new Uint8Array(await bytes.slice(0, 26).arrayBuffer())
  const begins = String.fromCharCode(...head.slice(0, 4))
  const isTiff = begins === 'II*\0' || begins === 'MM\0*'
  const isDeepGrey = begins === '\x89PNG' && head[24] === 16 && head[25] === 0 // IHDR: bits and colour type
  return isTiff || isDeepGrey
}

/** The window that leaves out the darkest and the brightest hundredth, by a small copy. */
function fitting(pixels: CanvasImageSource): Picture['range'] {
  const SIDE = 128
  const ctx = new OffscreenCanvas(SIDE, SIDE).getContext('2d', { willReadFrequently: true })
  const counts = new Uint32Array(256)
  if (ctx) {
    ctx.drawImage(pixels, 0, 0, SIDE, SIDE)
    ctx.getImageData(0, 0, SIDE, SIDE).data.forEach((value, i) => {
      if (i % 4 < 3) counts[value] = (counts[value] ?? 0) + 1
    })
  }
  const at = (share: number) => {
    let left = share * 3 * SIDE * SIDE
    return counts.findIndex((n) => (left -= n) <= 0)
  }
  const low = Math.max(0, at(0.01)),
    high = Math.max(low + 1, at(0.99))
  return { least: 0, most: 255, low, high: Math.min(255, high) }
}

async function shrunk(source: CanvasImageSource, width: number, height: number): Promise<ImageBitmap | null> {
  try {
    const size = { resizeWidth: Math.max(1, Math.round(width)), resizeHeight: Math.max(1, Math.round(height)) }
    return await createImageBitmap(source as ImageBitmapSource, { ...size, resizeQuality: 'medium' })
  } catch {
    return null
  }
}

const opened = new Map<string, Promise<Picture>>()

/** The decoded picture; the last few are kept, so that one fetched ahead is there at once. */
export function openPicture(src: string): Promise<Picture> {
  const known = opened.get(src)
  opened.delete(src)
  const picture = known ?? WholePicture.open(src)
  opened.set(src, picture)
  picture.catch(() => opened.delete(src))
  for (const old of [...opened.keys()].slice(0, -KEPT)) opened.delete(old)
  return picture
}

/** Fetches and decodes a picture that will be shown soon. */
export function preloadPicture(src: string): void {
  openPicture(src).catch(() => undefined) // shown as an error when the picture itself is opened
}
