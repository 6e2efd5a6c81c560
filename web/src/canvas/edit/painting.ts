/** Painting: a stroke on the selected object of the kind in hand, else on a new one. */
import type { Frame, Point } from '../geometry'
import type { Scene, Shape } from '../scene'
import { drawnTool, wayOf, type Geometry, type Stroke } from '../tool'
import { isOther } from './vertex'

export interface PaintEvents {
  create(kind: string, geometry: Geometry): void
  change(id: string, geometry: Geometry): void
  remove(id: string): void
}

/** What is painted, and in which way. */
interface With {
  readonly kind: string
  readonly options: ReadonlySet<string>
  readonly frame: Frame
}

export class Painting {
  brush_px = 24 // its radius, in image pixels
  /** In progress: of an object, or of a new one (null). */
  stroke: { readonly id: string | null; readonly kind: string; readonly now: Stroke } | null = null

  constructor(
    private readonly scene: Scene,
    private readonly told: PaintEvents,
  ) {}

  /** An object that went away under a stroke takes it along. */
  check() {
    if (this.stroke?.id && !this.scene.get(this.stroke.id)) this.stroke = null
  }

  begin({ kind, options, frame }: With, active: Shape | null, at: Point): 'edit' | 'nothing' {
    const own = active?.kind === kind ? active : null
    if (own?.locked) return 'nothing'
    const press = { geometry: own?.geometry ?? null, way: wayOf(kind, options), radius_px: this.brush_px, at, frame }
    const now = drawnTool(kind)?.painter?.begin(press)
    if (!now) return 'nothing'
    this.stroke = { id: own?.id ?? null, kind, now }
    return 'edit'
  }

  /** False when nothing was being painted. */
  end(at: Point): boolean {
    const { stroke } = this
    this.stroke = null
    if (!stroke) return false
    stroke.now.to(at)
    const geometry = stroke.now.done()
    const before = stroke.id === null ? null : this.scene.get(stroke.id)?.shape.geometry
    if (stroke.id === null) {
      if (geometry) this.told.create(stroke.kind, geometry)
    } else if (!geometry) this.told.remove(stroke.id)
    else if (before && isOther(geometry, before)) this.told.change(stroke.id, geometry)
    return true
  }

  /** Gives the stroke up; false when there was none. */
  stop(): boolean {
    const was = this.stroke !== null
    this.stroke = null
    return was
  }
}
