/** A small picture with its labels, for grids of items. */
import { outlineOf } from './layers/outline'
import { paintOutline } from './layers/paint'
import type { Shape } from './scene'
import type { Size } from './viewport'

/** Draws the whole picture with its shapes into the middle of `size` (a number: a square) at the context's origin.
 *
 * width_px, height_px: the upright picture that the shapes lie on; the image given may be smaller.
 * Without an image (null) the shapes are drawn alone.
 */
export function drawThumbnail(
  ctx: CanvasRenderingContext2D,
  image: CanvasImageSource | null,
  width_px: number,
  height_px: number,
  shapes: readonly Shape[],
  size: Size | number,
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
}
