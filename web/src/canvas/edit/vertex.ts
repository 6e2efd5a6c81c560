/** The vertex of the selected object that keys move. */
import type { Shape } from '../scene'
import { NO_SETTINGS, drawnTool, type Geometry, type Grip, type Handle } from '../tool'

export class VertexInHand {
  private part: Grip | null = null

  constructor(private readonly shown: () => Shape | null) {}

  /** Where it is now. */
  get now(): Handle | null {
    const { part } = this
    return (part && this.all().find(({ ring, index }) => ring === part.ring && index === part.index)) ?? null
  }

  /** Takes what was pressed, where it is a vertex. */
  take(grip: Grip) {
    this.part = grip.part === 'vertex' ? grip : null
  }

  /** The next one, or the one before; false where the object has none. */
  walk(by: 1 | -1): boolean {
    const all = this.all()
    if (!all.length) return false
    const now = all.findIndex(({ ring, index }) => ring === this.part?.ring && index === this.part.index)
    this.part = all.at(now < 0 ? (by > 0 ? 0 : -1) : (now + by) % all.length) ?? null
    return true
  }

  /** False when there was none. */
  drop(): boolean {
    const was = this.part !== null
    this.part = null
    return was
  }

  private all(): readonly Handle[] {
    const shape = this.shown()
    const handles = shape && drawnTool(shape.kind)?.handles(shape.geometry, 1, shape.settings ?? NO_SETTINGS)
    return handles?.filter(({ part }) => part === 'vertex') ?? []
  }
}

/** Whether anything of the two differs. */
export const isOther = (a: Geometry, b: Geometry): boolean =>
  Object.keys(a).some((k) => a[k] !== b[k] && JSON.stringify(a[k]) !== JSON.stringify(b[k]))
