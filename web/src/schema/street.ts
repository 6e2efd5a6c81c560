/** A drawn street, to try a schema for pictures on: cars, a bus, people, a tree, houses. */

export const STREET_WIDTH_PX = 1280
export const STREET_HEIGHT_PX = 800

type Ctx = CanvasRenderingContext2D

/** The street as a PNG data address. */
export function streetPicture(): string {
  const canvas = document.createElement('canvas')
  canvas.width = STREET_WIDTH_PX
  canvas.height = STREET_HEIGHT_PX
  const ctx = canvas.getContext('2d')
  if (ctx) drawStreet(ctx)
  return canvas.toDataURL('image/png')
}

function drawStreet(ctx: Ctx): void {
  ground(ctx)
  house(ctx, { x: 0, y: 190, w: 250, h: 240, wall: '#b28868' })
  house(ctx, { x: 250, y: 260, w: 170, h: 170, wall: '#c9b696' })
  house(ctx, { x: 960, y: 150, w: 320, h: 280, wall: '#9e7a5e' })
  house(ctx, { x: 820, y: 280, w: 140, h: 150, wall: '#bfae92' })
  tree(ctx, 470, 440)
  bus(ctx, 545, 372)
  car(ctx, { x: 170, y: 470, scale: 1.25, paint: '#a63c38' })
  car(ctx, { x: 800, y: 430, scale: 0.95, paint: '#c4d3db' })
  person(ctx, { x: 690, y: 470, scale: 1, coat: '#264e54' })
  person(ctx, { x: 1130, y: 470, scale: 1.12, coat: '#684c64' })
  person(ctx, { x: 90, y: 440, scale: 0.7, coat: '#b25c3e' })
}

function ground(ctx: Ctx): void {
  const sky = ctx.createLinearGradient(0, 0, 0, 430)
  sky.addColorStop(0, '#8cb0ce')
  sky.addColorStop(1, '#e8e2d4')
  ctx.fillStyle = sky
  ctx.fillRect(0, 0, STREET_WIDTH_PX, 430)
  ctx.fillStyle = '#a9a394'
  ctx.fillRect(0, 430, STREET_WIDTH_PX, 370)
  shape(ctx, '#67656a', [[560, 430], [740, 430], [1130, 800], [150, 800]])
  for (const [top, bottom] of [[446, 474], [500, 545], [585, 660], [710, 800]] as const) {
    const half = (y: number) => ((y - 430) / 370) * 22 + 4
    shape(ctx, '#ddd6c4', [[650 - half(top), top], [650 + half(top), top], [650 + half(bottom), bottom],
      [650 - half(bottom), bottom]])
  }
}

function shape(ctx: Ctx, fill: string, points: readonly (readonly [number, number])[]): void {
  ctx.fillStyle = fill
  ctx.beginPath()
  for (const [x, y] of points) ctx.lineTo(x, y)
  ctx.closePath()
  ctx.fill()
}

function round(ctx: Ctx, fill: string, x: number, y: number, radius: number): void {
  ctx.fillStyle = fill
  ctx.beginPath()
  ctx.arc(x, y, radius, 0, Math.PI * 2)
  ctx.fill()
}

function house(ctx: Ctx, at: { x: number; y: number; w: number; h: number; wall: string }): void {
  ctx.fillStyle = at.wall
  ctx.fillRect(at.x, at.y, at.w, at.h)
  ctx.fillStyle = '#66788a'
  for (let x = at.x + 28; x + 40 < at.x + at.w; x += 78) {
    for (let y = at.y + 34; y + 54 < at.y + at.h; y += 86) ctx.fillRect(x, y, 40, 46)
  }
}

function tree(ctx: Ctx, x: number, y: number): void {
  ctx.fillStyle = '#5c4634'
  ctx.fillRect(x - 6, y - 70, 12, 74)
  round(ctx, '#426e3e', x - 22, y - 100, 44)
  round(ctx, '#4d7b46', x + 22, y - 122, 40)
}

function bus(ctx: Ctx, x: number, y: number): void {
  ctx.fillStyle = '#e6b232'
  ctx.fillRect(x, y, 88, 72)
  ctx.fillStyle = '#2c4254'
  ctx.fillRect(x + 9, y + 10, 32, 24)
  ctx.fillRect(x + 47, y + 10, 32, 24)
  round(ctx, '#1c242a', x + 18, y + 72, 9)
  round(ctx, '#1c242a', x + 70, y + 72, 9)
}

function car(ctx: Ctx, at: { x: number; y: number; scale: number; paint: string }): void {
  ctx.save()
  ctx.translate(at.x, at.y)
  ctx.scale(at.scale, at.scale)
  shape(ctx, at.paint, [[0, 92], [6, 58], [30, 50], [62, 10], [158, 8], [196, 46], [226, 56], [230, 96], [224, 108],
    [4, 108]])
  shape(ctx, '#2c4254', [[48, 48], [70, 18], [106, 17], [106, 48]])
  shape(ctx, '#2c4254', [[114, 48], [114, 17], [154, 17], [180, 48]])
  for (const x of [52, 182]) {
    round(ctx, '#1c242a', x, 106, 27)
    round(ctx, '#8a8f94', x, 106, 11)
  }
  ctx.restore()
}

function person(ctx: Ctx, at: { x: number; y: number; scale: number; coat: string }): void {
  ctx.save()
  ctx.translate(at.x, at.y)
  ctx.scale(at.scale, at.scale)
  round(ctx, '#c6926c', 0, 14, 14)
  shape(ctx, at.coat, [[-16, 34], [16, 34], [28, 104], [14, 106], [12, 92], [-12, 92], [-14, 106], [-28, 104]])
  shape(ctx, '#2e3440', [[-13, 92], [-2, 92], [-3, 172], [-14, 172]])
  shape(ctx, '#2e3440', [[2, 92], [13, 92], [14, 172], [3, 172]])
  ctx.restore()
}
