/** A small picture with its labels, for grids of items. */
import { centreOf } from './geometry'
import { lineColor } from './layers/colour'
import { outlineOf } from './layers/outline'
import { paintOutline } from './layers/paint'
import type { Shape } from './scene'
import type { Link } from './links'
import { edgeOf, placeOf } from './view/ends'
import { toScreen, type Size, type View } from './viewport'

/** Draws the whole picture with its shapes into the middle of `size` (a number: a square) at the context's origin.
 *
 * width_px, height_px: the upright picture that the shapes lie on; the image given may be smaller.
 * `links` are lines between the shapes, and between each member of a set and its first.
 * Without an image (null) the shapes are drawn alone.
 */
export function drawThumbnail(
  ctx: CanvasRenderingContext2D,
  image: CanvasImageSource | null,
  width_px: number,
  height_px: number,
  shapes: readonly Shape[],
  size: Size | number,
  links: readonly Link[] = [],
) {
  const { w, h } = typeof size === 'number' ? { w: size, h: size } : size
  const scale = Math.min(w / width_px, h / height_px)
  const view = { scale, x: (w - width_px * scale) / 2, y: (h - height_px * scale) / 2 }
  const dpr = ctx.getTransform().a || 1
  ctx.clearRect(0, 0, w, h)
  ctx.imageSmoothingQuality = 'medium'
  if (image) ctx.drawImage(image, view.x, view.y, width_px * scale, height_px * scale)
  for (const shape of shapes) {
    const outline = shape.hidden ? null : outlineOf(shape)
    if (outline)
      paintOutline({ ctx, view, dpr, isFine: true }, outline, {
        color: shape.color,
        isSelected: false,
        isDashed: !!shape.dashed,
      })
  }
  if (links.length) drawLinks(ctx, view, shapes, links)
}

const TIP = 5

function drawLinks(ctx: CanvasRenderingContext2D, view: View, shapes: readonly Shape[], links: readonly Link[]): void {
  const places = new Map(shapes.filter(({ hidden }) => !hidden).map((shape) => [shape.id, placeOf(shape)]))
  ctx.lineWidth = 1.2
  for (const { how, ends, isDirected, color } of links) {
    const [first, ...others] = ends.map((id) => places.get(id)).filter((one) => one !== undefined)
    ctx.strokeStyle = ctx.fillStyle = lineColor(color)
    ctx.setLineDash(how === 'set' ? [2, 2] : [])
    if (!first) continue
    for (const other of others) {
      const from = toScreen(view, edgeOf(first, centreOf(other)))
      const to = toScreen(view, edgeOf(other, centreOf(first)))
      ctx.beginPath()
      ctx.moveTo(from.x, from.y)
      ctx.lineTo(to.x, to.y)
      ctx.stroke()
      if (!isDirected) continue
      const turn = Math.atan2(to.y - from.y, to.x - from.x)
      ctx.beginPath()
      ctx.moveTo(to.x, to.y)
      for (const by of [-0.5, 0.5]) ctx.lineTo(to.x - TIP * Math.cos(turn + by), to.y - TIP * Math.sin(turn + by))
      ctx.fill()
    }
  }
  ctx.setLineDash([])
}
