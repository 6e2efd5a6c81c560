/** Objects of what was found: new ones, or more or less of the one selected. */
import { simplify, round, type Frame, type Ring, type XY } from '../geometry'
import type { Area } from '../pixels/area'
import type { Shape } from '../scene'
import { drawnTool, type Geometry } from '../tool'
import type { Intent } from './assists'
import type { Asked } from './errands'
import { say } from '@/lib/language.svelte'

export interface TakeUpEvents {
  create(kind: string, geometry: Geometry): void
  change(id: string, geometry: Geometry): void
  remove(id: string): void
  ask(asked: Asked | null): void
}

/** What it is made with; an outline may lie off by `fine` image pixels. */
export interface By {
  readonly kind: string
  readonly frame: Frame
  readonly fine: number
}

const WAVERS = 1.6 // a way along edges goes from pixel to pixel, a little to both sides

export class TakeUp {
  constructor(private readonly told: TakeUpEvents) {}

  /** What is painted goes on with the object selected, as a stroke does; what is drawn begins one. */
  found({ kind, fine }: By, active: Shape | null, area: Area, intent: Intent) {
    const tool = drawnTool(kind)
    const own = active?.kind === kind && !active.locked ? active : null
    if (intent === 'less') {
      if (!own || !tool?.less) return this.tell(say('canvas.select_the_object_first_then_press'))
      const rest = tool.less(own.geometry, area)
      return rest ? this.told.change(own.id, rest) : this.told.remove(own.id)
    }
    const [geometry] = tool?.ofArea?.(area, fine) ?? []
    if (!geometry) return this.tell(say('assist.too_small'))
    this.put(kind, own, geometry, intent === 'more' || tool?.painter !== undefined)
  }

  traced({ kind, frame, fine }: By, active: Shape | null, path: Ring) {
    const tool = drawnTool(kind)
    const points = simplify(path, WAVERS * fine, true).map(([x, y]): XY => [round(x), round(y)])
    const geometry = tool?.ofRings ? tool.ofRings([points], frame) : (tool?.ofLine?.(points) ?? null)
    if (!geometry) return this.tell(say('assist.too_small'))
    const own = active?.kind === kind && !active.locked ? active : null
    this.put(kind, own, geometry, tool?.painter !== undefined)
  }

  private put(kind: string, own: Shape | null, geometry: Geometry, isMore: boolean) {
    if (!own || !isMore) return this.told.create(kind, geometry)
    const both = drawnTool(kind)?.join?.(own.geometry, geometry)
    if (both) this.told.change(own.id, both)
    else this.tell(say('work.the_two_do_not_touch'))
  }

  private tell(text: string) {
    this.told.ask({ text, ends: '' })
  }
}
