/** Points of an object: each look is drawn once and stamped from then on, which costs a tenth without a GPU. */
import type { Dot } from '../tool'
import { toScreen } from '../viewport'
import type { Pen } from './paint'

export const DOT_RADIUS = 5 // screen pixels
const MANY_DOTS = 40, // from here on they are smaller
  LOOKS_MOST = 64

interface Stamp {
  readonly image: HTMLCanvasElement
  readonly half: number // screen pixels, to its middle
}

const stamps = new Map<string, Stamp>()

/** Dark around light, so that they are seen on every picture. */
export function paintDots({ ctx, view, dpr, isFine }: Pen, dots: readonly Dot[], color: string, isDashed: boolean) {
  const share = dots.length > MANY_DOTS ? 0.6 : 1
  const whole = (n: number) => Math.round(n * dpr) / dpr
  for (const { at, isHollow } of dots) {
    const { image, half } = stampOf({ color, isDashed, isHollow: !!isHollow, radius: (isFine ? 3 : DOT_RADIUS) * share, share, dpr })
    const p = toScreen(view, at)
    ctx.drawImage(image, whole(p.x - half), whole(p.y - half), image.width / dpr, image.height / dpr)
  }
}

interface Figure {
  readonly color: string
  readonly isDashed: boolean
  readonly isHollow: boolean
  readonly radius: number
  readonly share: number
  readonly dpr: number
}

function stampOf(figure: Figure): Stamp {
  const key = Object.values(figure).join(' ')
  const known = stamps.get(key)
  if (known) return known
  if (stamps.size >= LOOKS_MOST) stamps.clear()
  const made = stamp(figure)
  stamps.set(key, made)
  return made
}

function stamp({ color, isDashed, isHollow, radius, share, dpr }: Figure): Stamp {
  const half = Math.ceil(radius + 2 * share + 1)
  const image = document.createElement('canvas')
  image.width = image.height = Math.ceil(2 * half * dpr)
  const ctx = image.getContext('2d')
  if (ctx) {
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0)
    ctx.arc(half, half, radius, 0, 2 * Math.PI)
    ctx.lineWidth = 3 * share + 1
    ctx.strokeStyle = 'rgb(20 18 12 / 0.75)'
    ctx.stroke()
    ctx.lineWidth = 2 * share
    ctx.strokeStyle = color
    ctx.stroke()
    ctx.fillStyle = isHollow ? 'rgb(20 18 12 / 0.35)' : color
    if (!isDashed || isHollow) ctx.fill()
  }
  return { image, half }
}
