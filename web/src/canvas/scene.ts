/** The objects on the picture: their order, where they are, and what changed since they were last given. */
import type { Bounds, Point } from './geometry'
import { GridIndex } from './layers/grid'
import { isHit, outlineOf, type Outline } from './layers/outline'
import type { Geometry, Settings } from './tool'

export interface Shape {
  readonly id: string
  readonly kind: string
  readonly geometry: Geometry
  readonly settings?: Settings // of its field
  readonly color: string // #rrggbb
  readonly tag: string // the label's digit and name; empty for none
  readonly hidden: boolean
  readonly locked: boolean
  readonly dashed?: boolean // an answer shown for comparison
}

/** A shape that can be drawn and is not hidden. A new value whenever anything but the order changes. */
export interface Entry {
  readonly shape: Shape
  readonly outline: Outline
  order: number
}

/** What must be painted again: some entries, old and new, or everything. */
export interface Changes {
  readonly whole: boolean
  readonly gone: readonly Entry[]
  readonly fresh: readonly Entry[]
}

const MANY_CHANGES = 120

const isSame = (a: Shape, b: Shape) =>
  a.geometry === b.geometry &&
  a.settings === b.settings &&
  a.color === b.color &&
  a.tag === b.tag &&
  a.kind === b.kind &&
  a.locked === b.locked &&
  !a.dashed === !b.dashed

export class Scene {
  private entries = new Map<string, Entry>()
  private index: GridIndex<Entry> | null = null
  private count = { all: 0, hidden: 0 }

  /** Takes the shapes, bottom one first. */
  update(shapes: readonly Shape[]): Changes {
    const before = this.entries
    const gone: Entry[] = [],
      fresh: Entry[] = []
    this.entries = new Map()
    let wasOrder = -1,
      isReordered = false
    for (const shape of shapes) {
      const old = before.get(shape.id)
      const entry = shape.hidden ? null : old && isSame(old.shape, shape) ? old : entryOf(shape)
      if (!entry) continue
      if (old) {
        isReordered ||= old.order < wasOrder
        wasOrder = old.order
      }
      if (entry !== old) fresh.push(entry)
      this.entries.set(shape.id, entry)
    }
    for (const [id, entry] of before) if (this.entries.get(id) !== entry) gone.push(entry)
    let order = 0
    for (const entry of this.entries.values()) entry.order = order++
    this.count = { all: shapes.length, hidden: shapes.reduce((n, s) => n + (s.hidden ? 1 : 0), 0) }
    this.refile(gone, fresh)
    return { whole: isReordered || gone.length + fresh.length > MANY_CHANGES, gone, fresh }
  }

  get(id: string | null): Entry | null {
    return (id !== null && this.entries.get(id)) || null
  }
  get size() {
    return this.entries.size
  }
  get counts() {
    return this.count
  }

  /** What touches the area, bottom one first. */
  within(area: Bounds): Entry[] {
    return this.filed()
      .within(area)
      .sort((a, b) => a.order - b.order)
  }

  /** What lies under the point, the smallest first: an object inside another one stays in reach. */
  at(point: Point, slack: number): Entry[] {
    const area = { x: point.x - slack, y: point.y - slack, w: 2 * slack, h: 2 * slack }
    const size = ({ outline: { bounds } }: Entry) => bounds.w * bounds.h
    return this.filed()
      .within(area)
      .filter((e) => isHit(e.outline, point, slack))
      .sort((a, b) => size(a) - size(b) || b.order - a.order)
  }

  /** Built at the first question, kept up to date from then on. */
  private filed(): GridIndex<Entry> {
    if (this.index) return this.index
    this.index = new GridIndex()
    for (const entry of this.entries.values()) this.index.put(entry, entry.outline.bounds)
    return this.index
  }

  private refile(gone: Entry[], fresh: Entry[]) {
    if (gone.length + fresh.length > this.entries.size) {
      this.index = null
      return
    }
    for (const entry of gone) this.index?.remove(entry)
    for (const entry of fresh) this.index?.put(entry, entry.outline.bounds)
  }
}

function entryOf(shape: Shape): Entry | null {
  const outline = outlineOf(shape)
  return outline && { shape, outline, order: 0 }
}
