/** An editor without a screen, and a workbench that does what it is told. */
import type { Finder } from '../assist/finder'
import { Editor, type How } from '../edit/editor'
import type { Area } from '../pixels/area'
import type { Shape } from '../scene'
import type { Geometry } from '../tool'

export const HOW: How = { scale: 1, isTouch: false, shift: false, ctrl: false, alt: false }
export const box = (x: number, y: number, w: number, h: number) => ({ x_px: x, y_px: y, width_px: w, height_px: h })
export const shape = (id: string, geometry: Geometry, more: Partial<Shape> = {}): Shape => ({
  id,
  kind: 'points' in geometry ? 'polygon' : 'box',
  geometry,
  color: '#0072b2',
  tag: '1 Car',
  hidden: false,
  locked: false,
  ...more,
})

export class Bench {
  told: unknown[][] = []
  shapes: Shape[] = []
  asked = ''
  problem = '' // why the workbench will not
  /** Finds what a test says. */
  area: Area | null = null
  readonly finder: Finder = {
    wand: (_, wish) => {
      this.told.push(['wand', wish])
      return Promise.resolve(this.area)
    },
    seed: (at) => Promise.resolve(at),
    way: (to) => Promise.resolve([[0, 0], [to.x, 0], [to.x, to.y]]),
  }
  readonly editor = new Editor({
    create: (kind, geometry) => this.told.push(['create', kind, geometry]),
    change: (id, geometry) => {
      this.told.push(['change', id, geometry])
      this.give(this.shapes.map((s) => (s.id === id ? { ...s, geometry } : s)))
    },
    preview: (id) => this.told.push(['preview', id]),
    select: (id) => {
      this.told.push(['select', id])
      this.editor.setActive(id)
    },
    sketch: (kind, geometry) => this.told.push(['sketch', kind, geometry]),
    cut: (id, path, isClosed) => {
      this.told.push(['cut', id, path, isClosed])
      return this.problem
    },
    join: (id, otherId) => {
      this.told.push(['join', id, otherId])
      return this.problem
    },
    remove: (id) => this.told.push(['remove', id]),
    ask: (asked) => (this.asked = asked?.text ?? ''),
    looked: () => undefined,
    tolerated: (tolerance) => this.told.push(['tolerated', tolerance]),
  }, this.finder)

  give(shapes: Shape[]) {
    this.shapes = shapes
    this.editor.setShapes(shapes)
  }
  said(what: string) {
    return this.told.filter(([name]) => name === what)
  }
  click(x: number, y: number, how: Partial<How> = {}) {
    this.drag([[x, y]], how)
  }
  drag(points: [number, number][], how: Partial<How> = {}) {
    const all = { ...HOW, ...how }
    const at = points.map(([x, y]) => ({ x, y })),
      first = at[0] ?? { x: 0, y: 0 }
    this.editor.move(first, all)
    this.editor.press(first, all)
    for (const p of at.slice(1)) this.editor.move(p, all)
    this.editor.release(at.at(-1) ?? first, all)
  }
}
