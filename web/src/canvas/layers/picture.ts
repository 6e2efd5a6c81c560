/** The picture's pixels: decoded once, with smaller copies for views that show much of it. */
import { shared, type Frame } from '../geometry'
import { seen, type Size, type View } from '../viewport'

/** One copy; `scale` is its pixels per pixel of the picture. */
export interface Copy {
  readonly pixels: CanvasImageSource
  readonly scale: number
}

const SMALLEST_COPY = 900 // pixels of the longer side
const SHARP_FROM = 3 // screen pixels per image pixel: single pixels are shown as they are
const KEPT = 5 // the one shown, the three fetched ahead, and the last one

export class Picture {
  readonly width_px: number
  readonly height_px: number
  /** When all smaller copies are there. */
  readonly copied: Promise<void>
  private readonly copies: Copy[]

  private constructor(pixels: CanvasImageSource, width_px: number, height_px: number) {
    this.copies = [{ pixels, scale: 1 }]
    this.width_px = width_px
    this.height_px = height_px
    this.copied = this.addCopies(this.copies[0] as Copy)
  }

  static async open(src: string): Promise<Picture> {
    const bitmap = await decoded(src)
    if (bitmap) return new Picture(bitmap, bitmap.width, bitmap.height)
    const image = new Image()
    image.src = src
    await image.decode()
    return new Picture(image, image.naturalWidth, image.naturalHeight)
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

  /** The smallest copy that still has a pixel for every pixel at this scale. */
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
 * Null where the bytes cannot be read (another host) or made a bitmap (a vector drawing, too large a picture).
 */
async function decoded(src: string): Promise<ImageBitmap | null> {
  try {
    if (src.startsWith('data:')) return null // the page may show it, not fetch it
    const answer = await fetch(src, { credentials: 'same-origin' })
    return answer.ok ? await createImageBitmap(await answer.blob(), { imageOrientation: 'from-image' }) : null
  } catch {
    return null
  }
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
  const picture = known ?? Picture.open(src)
  opened.set(src, picture)
  picture.catch(() => opened.delete(src))
  for (const old of [...opened.keys()].slice(0, -KEPT)) opened.delete(old)
  return picture
}

/** Fetches and decodes a picture that will be shown soon. */
export function preloadPicture(src: string): void {
  openPicture(src).catch(() => undefined) // shown as an error when the picture itself is opened
}
