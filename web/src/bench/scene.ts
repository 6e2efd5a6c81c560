/** A picture and a crowd of objects, always the same ones for the same seed. */
import type { XY } from '@/canvas/geometry'
import { closed, GrowingArea } from '@/canvas/pixels/area'
import { encode } from '@/canvas/pixels/runs'
import type { Shape } from '@/canvas/scene'

export interface Crowd {
  readonly width_px: number
  readonly height_px: number
  readonly boxes: number
  readonly polygons: number
  readonly vertices: number
  readonly masks?: number // painted ones, each over most of the picture
  readonly points?: number // of one skeleton
}

const COLORS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00']
const LABELS = ['Car', 'Bus', 'Person', 'Cyclist', 'Traffic light', 'Sign']
const tenth = (n: number) => Math.round(n * 10) / 10

/** Numbers in [0, 1) (Park and Miller 1988). */
function seeded(seed: number): () => number {
  let state = seed
  return () => (state = (state * 16807) % 2147483647) / 2147483647
}

export function crowdOf({ width_px, height_px, boxes, polygons, vertices, masks = 0, points = 0 }: Crowd): Shape[] {
  const random = seeded(7)
  const named = (id: string, kind: string, i: number, geometry: Shape['geometry']): Shape => ({
    id,
    kind,
    geometry,
    color: COLORS[i % 6] ?? '',
    tag: `${(i % 6) + 1} ${LABELS[i % 6] ?? ''}`,
    hidden: false,
    locked: false,
  })
  const rectangle = () => {
    const w = 20 + random() * 100,
      h = 20 + random() * 100
    return {
      x_px: tenth(random() * (width_px - w)),
      y_px: tenth(random() * (height_px - h)),
      width_px: tenth(w),
      height_px: tenth(h),
    }
  }
  const outline = () => {
    const radius = 30 + random() * 70,
      cx = radius + random() * (width_px - 2 * radius),
      cy = radius + random() * (height_px - 2 * radius)
    const waves = [2, 3, 5, 9].map((k) => ({ k, size: random() * 0.08, phase: random() * 6 }))
    const points = Array.from({ length: vertices }, (_, i): XY => {
      const angle = (2 * Math.PI * i) / vertices
      const r = radius * (0.7 + waves.reduce((sum, { k, size, phase }) => sum + size * Math.sin(k * angle + phase), 0))
      return [tenth(cx + r * Math.cos(angle)), tenth(cy + r * Math.sin(angle))]
    })
    return { points, holes: [] }
  }
  /** Ragged, with holes: a few thousand dabs of a brush. */
  const painted = () => {
    const area = new GrowingArea({ width_px, height_px })
    area.reach({ x: 0, y: 0, w: width_px, h: height_px })
    for (let i = 0; i < 1500; i++) {
      const at = { x: random() * width_px, y: random() * height_px }
      area.sweep(at, { x: at.x + 120 * random(), y: at.y + 120 * random() }, 10 + 60 * random())
    }
    const whole = closed(area) ?? area
    const { x, y, w, h, bits } = whole
    return { x_px: x, y_px: y, width_px: w, height_px: h, rle: encode(bits) }
  }
  const skeleton = () => ({
    points: Array.from({ length: points }, (): [number, number, number] => [
      tenth(random() * width_px),
      tenth(random() * height_px),
      2,
    ]),
  })
  const settings = {
    points: Array.from({ length: points }, (_, i) => ({ name: `p${i}`, x: random(), y: random() })),
    edges: Array.from({ length: Math.max(0, points - 1) }, (_, i) => [`p${i}`, `p${i + 1}`]),
  }
  const figure = { ...named('s0', 'skeleton', 2, skeleton()), settings }
  return [
    ...(points ? [figure] : []),
    ...Array.from({ length: masks }, (_, i) => named(`m${i}`, 'mask', i, painted())),
    ...Array.from({ length: boxes }, (_, i) => named(`b${i}`, 'box', i, rectangle())),
    ...Array.from({ length: polygons }, (_, i) => named(`p${i}`, 'polygon', i, outline())),
  ]
}

/** A JPEG of soft patches, as an address. */
export async function pictureOf(width_px: number, height_px: number): Promise<string> {
  const canvas = Object.assign(document.createElement('canvas'), { width: width_px, height: height_px })
  const ctx = canvas.getContext('2d')
  const random = seeded(3)
  for (let i = 0; ctx && i < 900; i++) {
    ctx.fillStyle = `hsl(${30 + random() * 180} 24% ${30 + random() * 40}%)`
    ctx.fillRect(random() * width_px - 200, random() * height_px - 200, 400 * random(), 400 * random())
  }
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.85))
  return blob ? URL.createObjectURL(blob) : ''
}
