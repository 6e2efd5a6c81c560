/** What is begun on one object and takes the next presses: a new border, a cut, a join. */
import { distance, round, type Point, type XY } from '../geometry'
import { outlineOf } from '../layers/outline'
import type { Scene, Shape } from '../scene'
import { drawnTool, type Geometry, type Grip } from '../tool'
import { say } from '@/lib/language.svelte'

/** Where it stands. The path is set so far; a new border's begins at the vertex where it leaves the old one. */
export type Errand =
  | {
      readonly sort: 'border'
      readonly id: string
      readonly geometry: Geometry
      readonly from: Grip
      readonly path: readonly XY[]
    }
  | { readonly sort: 'cut'; readonly id: string; readonly geometry: Geometry; readonly path: readonly XY[] }
  | { readonly sort: 'join'; readonly id: string }

/** What the person is asked to do next; `ends` names the button that does what Enter does. */
export interface Asked {
  readonly text: string
  readonly ends: string
}

export interface ErrandEvents {
  change(id: string, geometry: Geometry): void
  /** Why the object was not cut or joined; empty when it was. */
  cut(id: string, path: readonly XY[], isClosed: boolean): string
  join(id: string, otherId: string): string
  /** Null when nothing is asked any more. */
  ask(asked: Asked | null): void
}

/** What is asked for each, and what Enter does. */
function askedFor(sort: Errand['sort']): Asked {
  switch (sort) {
    case 'border':
      return { text: say('errand.reroute'), ends: '' }
    case 'cut':
      return { text: say('errand.cut'), ends: say('errand.cut_ends') }
    case 'join':
      return { text: say('errand.join'), ends: say('errand.join_ends') }
  }
}
const SAME_PLACE = 2 // screen pixels

export class Errands {
  now: Errand | null = null
  /** Where the pointer is, for the stretch that is not set yet. */
  at: Point | null = null
  private beforePress: Errand | null = null
  private isPressed = false

  constructor(
    private readonly scene: Scene,
    private readonly told: ErrandEvents,
  ) {}

  /** False where the object cannot be cut or joined; the person is told. */
  begin(sort: 'cut' | 'join', shape: Shape | null): boolean {
    this.now = null
    if (!shape) this.tell(say('canvas.select_the_object_first_then_press'))
    else if (!drawnTool(shape.kind)?.[sort]) this.tell(say('canvas.objects_of_this_kind_stay_whole'))
    else if (shape.locked) this.tell(say('canvas.the_object_is_locked'))
    else this.go(sort === 'cut' ? { sort, id: shape.id, geometry: shape.geometry, path: [] } : { sort, id: shape.id })
    return this.now !== null
  }

  /** A new border from this vertex; false where the kind has none. */
  beginBorder(shape: Shape, from: Grip): boolean {
    const { id, kind, geometry } = shape
    const place = drawnTool(kind)?.reroute && outlineOf(shape)?.rings[from.ring]?.[from.index]
    if (!place) return false
    this.beforePress = null
    this.isPressed = true
    this.go({ sort: 'border', id, geometry, from, path: [place] })
    return true
  }

  /** An object that changed under a path is another one: what was begun on it is over. */
  check() {
    const { now } = this
    if (!now) return
    const geometry = this.scene.get(now.id)?.shape.geometry
    if (!geometry || (now.sort !== 'join' && geometry !== now.geometry)) this.end()
  }

  press(at: Point, scale: number, slack: number) {
    const { now } = this
    this.beforePress = now
    this.isPressed = true
    if (now?.sort === 'border') this.pressBorder(now, at, scale, slack)
    else if (now?.sort === 'cut') this.pressCut(now, at, scale, slack)
    else if (now) this.pressJoin(now.id, at, slack)
  }

  /** True when the press that ends here was an errand's. */
  release(): boolean {
    const was = this.isPressed
    this.isPressed = false
    return was
  }

  /** The press turned out to be the first of two fingers. */
  unpress() {
    const was = this.isPressed && this.now !== null
    this.isPressed = false
    if (was && this.beforePress) this.go(this.beforePress)
    else if (was) this.end()
  }

  /** Ends a line, or joins with the object that is selected now; false when nothing is begun. */
  enter(activeId: string | null): boolean {
    const { now } = this
    if (now?.sort === 'cut') this.cut(now, false)
    if (now?.sort === 'join' && activeId !== null) this.join(now.id, [activeId])
    return now !== null
  }

  /** Takes the last point back; what has none left is over. */
  back(): boolean {
    const { now } = this
    if (!now) return false
    if (now.sort === 'join' || now.path.length < 2) this.end()
    else this.go({ ...now, path: now.path.slice(0, -1) })
    return true
  }

  /** True when there was something to leave. */
  end(): boolean {
    const was = this.now !== null
    this.now = this.at = null
    this.told.ask(null)
    return was
  }

  private tell(text: string) {
    this.told.ask({ text, ends: '' })
  }

  private go(next: Errand, problem = '') {
    this.now = next
    const asked = askedFor(next.sort)
    this.told.ask(problem ? { ...asked, text: `${problem} ${asked.text}` } : asked)
  }

  private pressBorder(now: Errand & { sort: 'border' }, at: Point, scale: number, slack: number) {
    const shape = this.scene.get(now.id)?.shape
    const ring = shape && outlineOf(shape)?.rings[now.from.ring]
    const index = ring ? nearestVertex(ring, at, slack) : -1
    if (!shape || !ring || index === now.from.index) return
    if (index < 0) return this.add(now, at, scale)
    const next = drawnTool(shape.kind)?.reroute?.(shape.geometry, now.from, { ...now.from, index }, now.path.slice(1))
    if (!next) return this.go(now, 'Nothing would be left of the object.')
    this.end()
    this.told.change(shape.id, next)
  }

  private pressCut(now: Errand & { sort: 'cut' }, at: Point, scale: number, slack: number) {
    const [first] = now.path
    if (first && now.path.length > 2 && distance({ x: first[0], y: first[1] }, at) <= slack) this.cut(now, true)
    else this.add(now, at, scale)
  }

  /** The smallest object there that can be joined; on empty ground nothing happens. */
  private pressJoin(id: string, at: Point, slack: number) {
    const others = this.scene.at(at, slack).flatMap(({ shape }) => (shape.id === id ? [] : [shape.id]))
    this.join(id, others)
  }

  private add(now: Exclude<Errand, { sort: 'join' }>, { x, y }: Point, scale: number) {
    const last = now.path.at(-1)
    const isSame = last && distance({ x: last[0], y: last[1] }, { x, y }) * scale <= SAME_PLACE
    if (!isSame) this.go({ ...now, path: [...now.path, [round(x), round(y)]] })
  }

  private cut(now: Errand & { sort: 'cut' }, isClosed: boolean) {
    const problem =
      now.path.length < 2 ? say('canvas.a_line_has_two_points') : this.told.cut(now.id, now.path, isClosed)
    if (problem) this.go(now, problem)
    else this.end()
  }

  private join(id: string, others: readonly string[]) {
    let problem = ''
    for (const other of others) {
      const found = this.told.join(id, other)
      if (!found) {
        this.end()
        return
      }
      problem ||= found
    }
    this.go({ sort: 'join', id }, problem)
  }
}

function nearestVertex(ring: readonly XY[], at: Point, slack: number): number {
  const far = ring.map(([x, y]) => Math.hypot(x - at.x, y - at.y))
  const least = Math.min(...far)
  return least <= slack ? far.indexOf(least) : -1
}
