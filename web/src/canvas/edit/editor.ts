/** Drawing and editing, without a screen: presses and keys come in as image points, finished geometry goes out. */
import { centreOf, distance, inFrame, type Frame, type Point, type Ring } from '../geometry'
import { Scene, type Changes, type Entry, type Shape } from '../scene'
import { outlineOf } from '../layers/outline'
import {
  BLANK,
  BODY,
  NO_SETTINGS,
  assistOf,
  drawnTool,
  type DrawInput,
  type DrawnTool,
  type Geometry,
  type Grip,
  type Handle,
  type AssistSort,
  type OpenDrawing,
  type Settings,
} from '../tool'
import type { Finder } from '../assist/finder'
import { Assists } from './assists'
import { Errands, type ErrandEvents } from './errands'
import { bodyAt, handleAt, slackOf, type Hold, type Reach } from './holding'
import { Painting } from './painting'
import { snap, snapShift } from './snapping'
import { TakeUp, type By } from './takeup'
import { isOther, VertexInHand } from './vertex'

/** How the pointer or the keyboard stands; `scale` is screen pixels per image pixel. */
export interface How {
  readonly scale: number
  readonly isTouch: boolean
  readonly shift: boolean
  readonly ctrl: boolean
  readonly alt: boolean
}
/** An unfinished drawing as it is saved: its kind and that kind's own fields. */
export type Sketch = Geometry & { readonly kind: string }

/** What the editor reports. A change comes once, at the end of a drag; previews come while it lasts. */
export interface EditorEvents extends ErrandEvents {
  create(kind: string, geometry: Geometry): void
  preview(id: string, geometry: Geometry): void
  select(id: string | null): void
  sketch(kind: string, geometry: Geometry | null): void
  remove(id: string): void
  /** Help with drawing found something to be painted, or the wand was pulled to another tolerance. */
  looked(): void
  tolerated(tolerance: number): void
}

interface Held {
  readonly id: string
  readonly kind: string
  readonly grip: Grip
  readonly pressed: Point
  readonly at: Point
  readonly origin: Geometry
  readonly settings: Settings
  isMoving: boolean
}
interface InHand {
  readonly id: string
  readonly geometry: Geometry
  readonly isNudge: boolean
}

const STARTS_MOVING = 3,
  SNAP_REACH = 10,
  PLACED = 120 // screen pixels

export class Editor {
  readonly scene = new Scene()
  readonly errands: Errands
  tool = 'select'
  options: ReadonlySet<string> = new Set() // kinds whose tool's option is on
  frame: Frame = { width_px: 1, height_px: 1 }
  drawing: { readonly kind: string; readonly open: OpenDrawing } | null = null
  snapped: Point | null = null
  readonly painting: Painting
  readonly assists: Assists
  private readonly takeUp: TakeUp
  private scale = 1 // of the last press
  settings: Settings = NO_SETTINGS // of the field that is drawn for
  private activeId: string | null = null
  private readonly vertex = new VertexInHand(() => this.shown)
  private held: Held | null = null
  private inHand: InHand | null = null
  private beforePress: Editor['drawing'] = null
  private lastAt: Point = { x: 0, y: 0 }

  constructor(
    private readonly told: EditorEvents,
    finder: Finder,
  ) {
    this.errands = new Errands(this.scene, told)
    this.painting = new Painting(this.scene, told)
    this.assists = new Assists(finder, {
      found: (area, intent) => this.takeUp.found(this.by, this.active?.shape ?? null, area, intent),
      traced: (path) => this.takeUp.traced(this.by, this.active?.shape ?? null, path),
      ask: (asked) => told.ask(asked),
      changed: () => told.looked(),
      tolerated: (tolerance) => told.tolerated(tolerance),
    })
    this.takeUp = new TakeUp(told)
  }

  setShapes(shapes: readonly Shape[]): Changes {
    const changes = this.scene.update(shapes)
    if (this.held && !this.scene.get(this.held.id)) this.held = null
    if (this.inHand && !this.scene.get(this.inHand.id)) this.inHand = null
    this.painting.check()
    this.errands.check()
    return changes
  }

  /** What must be painted again: the object let go of and the one taken. */
  setActive(id: string | null): Changes {
    if (id === this.activeId) return { whole: false, gone: [], fresh: [] }
    const before = this.scene.get(this.activeId)
    if (this.inHand?.id === this.activeId) this.settle()
    if (this.errands.now && this.errands.now.sort !== 'join') this.errands.end()
    this.activeId = id
    this.vertex.drop()
    const now = this.scene.get(id)
    return { whole: false, gone: now ? [now] : [], fresh: before ? [before] : [] }
  }

  /** A drawing saved earlier goes on where it stopped; one in progress is not disturbed. */
  resume(sketch: Sketch | null) {
    const mine = this.drawing?.open.sketch
    if (sketch && !mine) this.drawing = { kind: sketch.kind, open: { ...BLANK, sketch, shown: sketch } }
  }

  /** Forgets what belonged to another picture. */
  reset() {
    this.drawing = this.held = this.inHand = this.snapped = this.beforePress = null
    this.painting.stop()
    this.vertex.drop()
    this.assists.end()
    this.errands.end()
  }

  /** The help that is on for the tool in hand. */
  get assist(): AssistSort | null {
    return assistOf(this.tool, this.options)
  }
  private get by(): By {
    return { kind: this.tool, frame: this.frame, fine: Math.max(0.75, 0.5 / this.scale) }
  }

  get active(): Entry | null {
    return this.scene.get(this.activeId)
  }
  get isBusy() {
    return this.held !== null || this.painting.stroke !== null || this.errands.now !== null || this.assists.now !== null || this.drawing?.kind === this.tool
  }
  get isDragging() {
    return this.painting.stroke !== null || (this.held?.isMoving ?? false)
  }

  /** The selected object as it is on the screen, with what the drag or the keys have done so far. */
  get shown(): Shape | null {
    const shape = this.active?.shape
    if (!shape) return null
    return this.inHand?.id === shape.id ? { ...shape, geometry: this.inHand.geometry } : shape
  }

  /** The vertex that keys move, where it is now. */
  get vertexInHand(): Handle | null {
    return this.vertex.now
  }

  /** What the press began: the caller pans where the editor has no use for it. */
  press(point: Point, how: How): 'edit' | 'pan' | 'nothing' {
    this.settle()
    this.beforePress = this.drawing
    if (this.tool === 'pan') return 'pan'
    if (this.errands.now) {
      this.errands.press(this.placeOf(point, how), how.scale, slackOf(reachOf(how)))
      return 'edit'
    }
    if (this.assist) return this.help(this.assist, point, how)
    this.told.ask(null)
    const painter = drawnTool(this.tool)?.painter
    if (painter) return this.painting.begin({ kind: this.tool, options: this.options, frame: this.frame }, this.active?.shape ?? null, point)
    const isDrawing = drawnTool(this.tool) !== null
    if (isDrawing && this.drawing?.kind === this.tool) return this.step('down', point, how)
    const handle =
      isDrawing && how.ctrl ? null : handleAt(this.active, this.shown?.geometry ?? null, point, reachOf(how))
    if (how.shift && handle && this.beginBorder(point, how)) return 'edit'
    if (handle) return how.alt ? this.takeAway(handle) : this.hold(handle, point)
    return isDrawing ? this.draw(point, how) : this.pick(point, how)
  }

  move(point: Point, how: How) {
    this.lastAt = point
    if (this.errands.now) this.errands.at = this.placeOf(point, how)
    else if (this.assists.now) this.assists.move(inFrame(point, this.frame), how)
    else if (this.painting.stroke) this.painting.stroke.now.to(point)
    else if (this.held) this.drag(this.held, point, how)
    else if (this.drawing?.kind === this.tool) this.step('move', point, how)
    else this.snapped = drawnTool(this.tool) && how.ctrl ? this.snapAt(point, how, null) : null
  }

  release(point: Point, how: How) {
    this.beforePress = null
    if (this.errands.release()) return
    if (this.painting.end(point)) return
    if (this.assists.now) return this.assists.release(inFrame(point, this.frame), how)
    const held = this.held
    if (!held) {
      if (this.drawing?.kind === this.tool) this.step('up', point, how)
      return
    }
    if (held.isMoving) this.drag(held, point, how)
    if (!held.isMoving || this.vertexInHand) this.vertex.take(held.grip)
    this.held = null
    this.snapped = null
    this.commit(held.origin)
  }

  double(point: Point, how: How) {
    if (this.errands.now) this.errands.enter(null)
    else if (this.assists.now?.sort === 'wire') this.assists.enter('wire', point, how)
    else if (this.drawing?.kind === this.tool) this.step('double', point, how)
  }

  /** A second finger came down: the first one's press was no press. */
  unpress() {
    this.errands.unpress()
    this.held = this.inHand = this.snapped = null
    this.painting.stop()
    if (this.drawing === this.beforePress) return
    const { kind } = this.drawing ?? { kind: this.tool }
    this.drawing = this.beforePress
    this.told.sketch(kind, this.drawing?.open.sketch ?? null)
  }

  /** True when there was a drag or a drawing to give up; the tool says how much of its drawing goes. */
  cancel(how: How): boolean {
    const isPainting = this.painting.stop()
    if (this.held || this.inHand || isPainting) {
      this.held = this.inHand = this.snapped = null
      return true
    }
    if (this.assists.end() || this.errands.end()) return true
    if (this.drawing?.kind !== this.tool && this.vertex.drop()) return true
    const drawing = this.drawing
    if (drawing?.kind === this.tool) {
      this.step('cancel', this.lastAt, how)
      return true
    }
    this.drawing = this.snapped = null
    if (drawing?.open.sketch) this.told.sketch(drawing.kind, null)
    return drawing !== null
  }

  /** Takes the last vertex away; false when nothing is being drawn. */
  back(how: How): boolean {
    if (this.errands.back() || (this.assists.now && this.assists.back(how.scale))) return true
    if (this.drawing?.kind !== this.tool) return false
    this.step('back', this.lastAt, how)
    return true
  }

  /** Finishes the drawing, or places a first shape in the middle of what is seen. */
  enter(centre: Point, how: How): boolean {
    if (this.errands.enter(this.activeId)) return true
    const tool = drawnTool(this.tool)
    if (!tool) return false
    if (this.assist) return this.begun(how, (sort) => this.assists.enter(sort, inFrame(centre, this.frame), how))
    this.settle()
    if (this.drawing?.kind === this.tool) this.step('enter', this.lastAt, how)
    else this.told.create(this.tool, this.placed(tool, centre, how))
    return true
  }

  /** A place in the middle of the view, shown to the help that is on; false where none is. */
  show(centre: Point, how: How, isBeside: boolean): boolean {
    return this.begun(how, (sort) => this.assists.mark(sort, inFrame(centre, this.frame), how, isBeside))
  }

  private begun(how: How, begin: (sort: AssistSort) => void): boolean {
    const { assist } = this
    if (!assist || this.active?.shape.locked) return false
    this.scale = how.scale
    this.assists.closes = drawnTool(this.tool)?.ofRings !== undefined
    begin(assist)
    return true
  }

  private help(sort: AssistSort, point: Point, how: How): 'edit' | 'nothing' {
    const at = inFrame(point, this.frame)
    return this.begun(how, () => this.assists.press(sort, at, how)) ? 'edit' : 'nothing'
  }

  private placed(tool: DrawnTool, centre: Point, how: How): Geometry {
    const size_px = tool.painter ? 2 * this.painting.brush_px : PLACED / how.scale
    return tool.place(inFrame(centre, this.frame), size_px, this.frame, this.settings)
  }

  /** Begins a cut of the selected object, or a join with another; false where that cannot be. */
  begin(sort: 'cut' | 'join'): boolean {
    this.settle()
    this.held = this.snapped = null
    return this.errands.begin(sort, this.active?.shape ?? null)
  }

  /** Takes the next vertex of the selected object in hand, or the one before; false where it has none. */
  walk(by: 1 | -1): boolean {
    return !this.held && this.drawing?.kind !== this.tool && this.vertex.walk(by)
  }

  /** Gives the point in hand, or the one last touched in drawing, its next state; false where the kind has none. */
  mark(how: How): boolean {
    const { shown } = this
    const isAtFirst = !shown && !this.drawing?.open.sketch // the first point may be the one that is not there
    if (drawnTool(this.tool)?.mark && (isAtFirst || this.drawing?.kind === this.tool)) {
      this.drawing ??= { kind: this.tool, open: BLANK }
      this.step('mark', this.lastAt, how)
      return true
    }
    const tool = shown && drawnTool(shown.kind)
    const grip = this.vertexInHand ?? this.pointed(how)
    if (!shown || !tool?.mark || !grip || shown.locked) return false
    this.settle()
    this.told.change(shown.id, tool.mark(shown.geometry, grip))
    return true
  }

  /** Exchanges the sides of the selected object; false where it has none. */
  swap(): boolean {
    this.settle()
    const shape = this.shown
    const geometry = shape && !shape.locked && drawnTool(shape.kind)?.swap?.(shape.geometry, shape.settings ?? NO_SETTINGS)
    if (!geometry) return false
    this.told.change(shape.id, geometry)
    return true
  }

  /** Turns the selected object; reported once, when the keys rest. */
  turn(degrees: number): boolean {
    const shape = this.shown
    const geometry = shape && !shape.locked && !this.held && drawnTool(shape.kind)?.turn?.(shape.geometry, degrees)
    if (!geometry) return false
    this.take(shape.id, geometry, true)
    return true
  }

  /** Takes the vertex in hand away; false where there is none, or it cannot be spared. */
  takeVertex(): boolean {
    const grip = this.vertexInHand
    const entry = this.active
    const without = entry && drawnTool(entry.shape.kind)?.without
    if (!grip || !without || entry.shape.locked) return false
    this.settle()
    const geometry = without(entry.shape.geometry, grip)
    if (geometry) this.told.change(entry.shape.id, geometry)
    return true
  }

  /** The vertex under the pointer. */
  private pointed(how: How): Grip | null {
    const grip = handleAt(this.active, this.shown?.geometry ?? null, this.lastAt, { ...reachOf(how), wantsEdge: false })?.grip
    return grip?.part === 'vertex' ? grip : null
  }

  /** Moves or grows the selected object; reported once, when the keys rest. */
  nudge(dx: number, dy: number, isGrowing: boolean): boolean {
    const shape = this.shown
    const tool = shape && drawnTool(shape.kind)
    if (!tool || shape.locked || this.held) return false
    const vertex = this.vertexInHand
    const from = vertex?.at ?? { x: 0, y: 0 }
    const to = { x: from.x + dx, y: from.y + dy }
    const geometry = isGrowing
      ? tool.grow?.(shape.geometry, dx, dy, this.frame)
      : tool.reshape(shape.geometry, vertex ?? BODY, from, to, this.frame)
    if (!geometry) return false
    this.take(shape.id, geometry, true)
    return true
  }

  /** Reports what the keys have done. */
  settle() {
    const origin = this.active?.shape.geometry
    if (this.inHand?.isNudge && origin) this.commit(origin)
  }

  /** What the pointer would take hold of here. */
  under(point: Point, how: How): Hold | null {
    if (this.errands.now?.sort === 'join') return bodyAt(this.scene, null, point, reachOf(how))
    if (this.isBusy || this.tool === 'pan' || this.assist || drawnTool(this.tool)?.painter) return null
    const isDrawing = drawnTool(this.tool) !== null
    const handle =
      isDrawing && how.ctrl ? null : handleAt(this.active, this.shown?.geometry ?? null, point, reachOf(how))
    return handle ?? (isDrawing ? null : bodyAt(this.scene, this.active, point, reachOf(how)))
  }

  private draw(point: Point, how: How) {
    if (this.drawing?.open.sketch) this.told.sketch(this.drawing.kind, null)
    if (this.activeId !== null) this.told.select(null)
    this.drawing = { kind: this.tool, open: BLANK }
    return this.step('down', point, how)
  }

  /** With Shift on a vertex. */
  private beginBorder(point: Point, how: How): boolean {
    const vertex = handleAt(this.active, this.shown?.geometry ?? null, point, { ...reachOf(how), wantsEdge: false })
    return vertex?.grip.part === 'vertex' && this.errands.beginBorder(vertex.entry.shape, vertex.grip)
  }

  /** In the picture; with Ctrl on a neighbour. */
  private placeOf(point: Point, how: How): Point {
    this.snapped = how.ctrl ? this.snapAt(point, how, null) : null
    return inFrame(this.snapped ?? point, this.frame)
  }

  private step(type: DrawInput['type'], point: Point, how: How): 'edit' {
    const { drawing } = this
    const tool = drawing && drawnTool(drawing.kind)
    if (!tool) return 'edit'
    const at = this.placeOf(point, how)
    const option = this.options.has(drawing.kind)
    const next = tool.draw(drawing.open, {
      type,
      at,
      scale: how.scale,
      shift: how.shift,
      option,
      settings: this.settings,
    })
    const hadSketch = drawing.open.sketch
    this.drawing = next.phase === 'open' ? { kind: drawing.kind, open: next } : null
    const sketch = next.phase === 'open' ? next.sketch : null
    if (sketch !== hadSketch) this.told.sketch(drawing.kind, sketch)
    if (next.phase !== 'open') this.snapped = null
    const asks = next.phase === 'open' ? next.asks : undefined
    if (asks !== drawing.open.asks || (asks && type === 'down')) this.told.ask(asks ? { text: asks, ends: '' } : null)
    if (next.phase === 'done') this.told.create(drawing.kind, next.geometry)
    return 'edit'
  }

  /** Selects; a finger moves only what is selected already, so that it can pan over a full picture. */
  private pick(point: Point, how: How): 'edit' | 'pan' | 'nothing' {
    const hold = bodyAt(this.scene, this.active, point, reachOf(how))
    const id = hold?.entry.shape.id ?? null
    const wasActive = id === this.activeId
    if (!wasActive) this.told.select(id)
    if (!hold || (how.isTouch && !wasActive)) return 'pan'
    return hold.entry.shape.locked ? 'nothing' : this.hold(hold, point)
  }

  private hold({ entry, grip, at }: Hold, pressed: Point): 'edit' {
    this.held = {
      id: entry.shape.id,
      kind: entry.shape.kind,
      grip,
      pressed,
      at,
      origin: entry.shape.geometry,
      settings: entry.shape.settings ?? NO_SETTINGS,
      isMoving: false,
    }
    return 'edit'
  }

  private takeAway({ entry, grip }: Hold): 'nothing' {
    const geometry = drawnTool(entry.shape.kind)?.without?.(entry.shape.geometry, grip)
    if (geometry) this.told.change(entry.shape.id, geometry)
    return 'nothing'
  }

  private drag(held: Held, point: Point, how: How) {
    const tool = drawnTool(held.kind)
    if (!tool) return
    if (!held.isMoving && distance(point, held.pressed) * how.scale < STARTS_MOVING) return
    held.isMoving = true
    const to = { x: point.x - held.pressed.x + held.at.x, y: point.y - held.pressed.y + held.at.y }
    const geometry = tool.reshape(held.origin, held.grip, held.at, to, this.frame)
    const target = how.ctrl ? this.snapHeld(held, geometry, to, how) : null
    this.take(held.id, target ? tool.reshape(held.origin, held.grip, held.at, target, this.frame) : geometry, false)
  }

  /** Where the grip must go so that what it moves falls on a neighbour. */
  private snapHeld(held: Held, geometry: Geometry, to: Point, how: How): Point | null {
    const { part, ring, index } = held.grip
    if (part === 'turn') return null
    const moved = outlineOf({ ...held, geometry })?.borders ?? []
    if (part === 'vertex' || part === 'middle') return (this.snapped = this.snapAt(to, how, held.id))
    const points = moved[ring] ?? []
    const parts = part === 'body' ? moved : part === 'face' ? [points] : [points.filter((_, i) => i === index || i === (index + 1) % points.length)]
    const found = snapShift(parts, this.neighbours(parts.flat(), how, held.id), SNAP_REACH / how.scale)
    this.snapped = found?.at ?? null
    return found && { x: to.x + found.by.x, y: to.y + found.by.y }
  }

  private snapAt(point: Point, how: How, exceptId: string | null): Point | null {
    return snap(point, this.neighbours([[point.x, point.y]], how, exceptId), SNAP_REACH / how.scale)?.at ?? null
  }

  /** Outlines near any of the points. */
  private neighbours(points: Ring, { scale }: How, exceptId: string | null): (readonly Ring[])[] {
    const reach = SNAP_REACH / scale
    const near = new Set<Entry>()
    for (const [x, y] of points.slice(0, 400))
      for (const e of this.scene.within({ x: x - reach, y: y - reach, w: 2 * reach, h: 2 * reach })) near.add(e)
    return [...near].filter((e) => e.shape.id !== exceptId && !e.outline.raster).map((e) => e.outline.borders)
  }

  private take(id: string, geometry: Geometry, isNudge: boolean) {
    this.inHand = { id, geometry, isNudge }
    this.told.preview(id, geometry)
  }

  private commit(origin: Geometry) {
    const done = this.inHand
    this.inHand = null
    if (done && isOther(done.geometry, origin)) this.told.change(done.id, done.geometry)
  }
}

const reachOf = (how: How): Reach => ({ scale: how.scale, isTouch: how.isTouch, wantsEdge: how.shift })

/** The middle of what is seen of the picture. */
export const middleOf = (seen: { x: number; y: number; w: number; h: number }, frame: Frame): Point =>
  inFrame(centreOf(seen), frame)
