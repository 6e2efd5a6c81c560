/** Looks into the picture beside the page, so that no frame waits for it. */
import type { Point } from '../geometry'
import { likeAt } from '../pixels/wand'
import { costsOf, nearEdge, Wire, type CostMap } from '../pixels/wire'
import type { Answered, Asking } from './protocol'
import { sourceOf, type Read } from './source'

const WAND_PX = 4096 // the wand sees so far, on each axis
const WIRE_PX = 1200 // pixels of the scissors' map on each axis, which are as large as the view can tell apart
const REACH = 8 // screen pixels within which scissors begin at an edge

let source: Promise<Read> | null = null
let map: CostMap | null = null
let wire: Wire | null = null

const around = ({ x, y }: Point, size: number) => ({ x: x - size / 2, y: y - size / 2, w: size, h: size })

async function answer(asked: Asking): Promise<Omit<Answered, 'id'>> {
  if (asked.ask === 'open') {
    source = sourceOf(asked.src)
    await source
    map = wire = null
    return {}
  }
  const read = await source
  if (!read) return { problem: 'closed' }
  if (asked.ask === 'wand') {
    const { at, wish } = asked
    // the same part for places that are near, so that it is read once
    const part = around({ x: Math.floor(at.x / 1024) * 1024 + 512, y: Math.floor(at.y / 1024) * 1024 + 512 }, WAND_PX)
    const pixels = await read(part)
    return { area: pixels && likeAt(pixels, at.x, at.y, wish) }
  }
  if (asked.ask === 'seed') {
    const step = Math.max(1, Math.floor(1 / asked.scale))
    const pixels = await read(around(asked.at, WIRE_PX * step))
    map = pixels && costsOf(pixels, step)
    if (!map) return { at: asked.at }
    const at = nearEdge(map, asked.at, REACH / asked.scale)
    wire = new Wire(map, at)
    return { at }
  }
  return { way: wire?.to(asked.to) ?? [[asked.to.x, asked.to.y]] }
}

onmessage = (event: MessageEvent<Asking>) => {
  answer(event.data).then(
    (found) => postMessage({ id: event.data.id, ...found } satisfies Answered),
    (error: unknown) =>
      postMessage({ id: event.data.id, problem: error instanceof Error ? error.message : String(error) }),
  )
}
