/** The picture and its objects on the screen: three layers, one view, one frame loop; it owns every listener. */
import { Editor, middleOf, type EditorEvents, type How, type Sketch } from './edit/editor'
import { PictureFinder } from './assist/finder'
import type { AskModel } from './edit/assists'
import { keyAct, type KeyAct } from './edit/keys'
import { listenToPointers } from './edit/pointers'
import { contains, type Frame, type Point } from './geometry'
import { shownOf } from './layers/help'
import { OverlayLayer, trailOf } from './layers/overlay'
import { openPicture, type Picture } from './layers/picture'
import { RestingLayer } from './layers/resting'
import { isTiled, tiledAddress } from './layers/tiles'
import type { Entry, Shape } from './scene'
import type { Wish } from './pixels/wand'
import { NO_SETTINGS, drawnTool, hasBrush, type Handle, type Settings } from './tool'
import { centred, fit, kept, seen, show, toImage, zoomAt, type Size, type View } from './viewport'

export interface Nodes {
  readonly root: HTMLElement
  readonly picture: HTMLCanvasElement
  readonly resting: HTMLElement
  readonly overlay: HTMLCanvasElement
}

export interface StageEvents extends Omit<EditorEvents, 'looked'> {
  view(view: View, size: Size): void
  cursor(at: Point | null, onScreen: Point | null): void
  picture(picture: Picture | null, problem: boolean): void
}

const SETTLES_MS = 400,
  RESTS_AFTER_MS = 120,
  LARGEST_SHOWN = 8,
  PAN_STEP = 48

export class Stage {
  readonly editor: Editor
  readonly finder = new PictureFinder()
  view: View = { scale: 1, x: 0, y: 0 }
  size: Size = { w: 0, h: 0 }
  isPanHeld = false
  nudges = true // whether arrow keys are the canvas' own
  color = '#e3bb58'
  private picture: Picture | null = null
  private hoveredId: string | null = null
  private named: Handle | null = null
  private cursorAt: Point | null = null
  private isFitted = true
  private stale = { picture: true, overlay: true }
  private dpr = 1
  private request = 0
  private settling = 0
  private opening = 0
  private movedAt_ms = 0
  private readonly scope = new AbortController()
  private readonly overlay: OverlayLayer
  private readonly resting: RestingLayer

  constructor(
    readonly nodes: Nodes,
    private readonly told: StageEvents,
  ) {
    this.editor = new Editor({ ...told, looked: () => this.touch() }, this.finder)
    this.overlay = new OverlayLayer(nodes.overlay)
    this.resting = new RestingLayer(nodes.resting)
    const { signal } = this.scope
    listenToPointers(this, signal)
    addEventListener('pointerdown', () => this.editor.settle(), { signal, capture: true })
    addEventListener('keydown', (e) => this.keyDown(e), { signal, capture: true })
    addEventListener('keyup', (e) => this.keyUp(e), { signal })
    addEventListener('blur', () => this.holdPan(false), { signal })
    addEventListener('resize', () => this.resize(), { signal })
    const watch = new ResizeObserver(() => this.resize())
    watch.observe(nodes.root)
    signal.addEventListener('abort', () => watch.disconnect())
    void document.fonts.ready.then(() => {
      if (!signal.aborted) {
        this.resting.spoil()
        this.touch()
      }
    })
  }

  /** Ends everything that was begun; what the keys did is reported first. */
  close() {
    this.editor.settle()
    this.scope.abort()
    this.finder.close()
    this.opening++
    cancelAnimationFrame(this.request)
    clearTimeout(this.settling)
  }

  open(src: string, frame: Frame, startView: View | null) {
    const mine = ++this.opening
    this.editor.reset()
    this.picture = null
    this.finder.show(src)
    this.told.picture(null, false)
    this.setFrame(frame, startView)
    openPicture(src).then(
      (picture) => {
        if (mine !== this.opening) return
        if (picture.isDeep && !isTiled(src)) this.finder.show(tiledAddress(src))
        this.take(picture, frame, startView)
      },
      () => {
        if (mine === this.opening) this.told.picture(null, true)
      },
    )
  }

  setShapes(shapes: readonly Shape[]) {
    const changes = this.editor.setShapes(shapes)
    const activeId = this.editor.active?.shape.id ?? null
    const isBeside = ({ shape }: Entry) => shape.id !== activeId // the one in hand lies on the layer above
    const { whole, gone, fresh } = changes
    const beside = { whole, gone: gone.filter(isBeside), fresh: fresh.filter(isBeside) }
    this.resting.change(this.editor.scene, beside, activeId)
    this.touch()
  }

  setActive(id: string | null) {
    this.resting.change(this.editor.scene, this.editor.setActive(id), id)
    this.touch()
  }

  setTool(tool: string, color: string, options: ReadonlySet<string>, settings: Settings = NO_SETTINGS) {
    this.editor.settle()
    const { tool: before, assist } = this.editor
    this.editor.tool = tool
    this.editor.settings = settings
    this.editor.options = options
    if (before !== tool || assist !== this.editor.assist) this.editor.assists.end()
    this.color = color
    this.hover(null)
    this.nodes.overlay.style.cursor = this.cursor
    this.touch()
  }

  /** Of the brush, in image pixels. */
  setBrush(radius_px: number) {
    this.editor.painting.brush_px = radius_px
    this.touch()
  }

  /** How the wand chooses, and who is asked for what is shown. */
  setAssists(wish: Wish, askModel: AskModel | null) {
    this.editor.assists.askModel = askModel
    if (wish.tolerance !== this.editor.assists.wish.tolerance) this.editor.assists.tolerate(wish.tolerance)
    this.editor.assists.wish = wish
    this.touch()
  }

  resume(sketch: Sketch | null) {
    this.editor.resume(sketch)
    this.touch()
  }

  fit() {
    const { width_px, height_px } = this.editor.frame
    this.setView(fit(width_px, height_px, this.size))
    this.isFitted = true
  }

  /** One screen pixel for one image pixel, about the same middle. */
  actualSize() {
    this.setView(centred(this.middle, 1, this.size))
  }
  zoomBy(factor: number) {
    this.setView(zoomAt(this.view, { x: this.size.w / 2, y: this.size.h / 2 }, factor))
  }
  centreOn(at: Point) {
    this.setView(centred(at, this.view.scale, this.size))
  }

  /** The object in the middle, large enough to judge. */
  zoomTo(id: string): boolean {
    const entry = this.editor.scene.get(id)
    if (entry)
      this.setView(show(entry.outline.bounds, this.size, Math.min(this.size.w, this.size.h) * 0.18, LARGEST_SHOWN))
    return entry !== null
  }

  /** Where a repeated or pasted object goes: under the pointer, else the middle of what is seen. */
  get target(): Point {
    return this.cursorAt ?? this.middle
  }
  get middle(): Point {
    return middleOf(seen(this.view, this.size), this.editor.frame)
  }
  get showsAll(): boolean {
    const { width_px, height_px } = this.editor.frame
    return contains(seen(this.view, this.size), { x: 0, y: 0, w: width_px, h: height_px })
  }

  setView(view: View) {
    const { width_px, height_px } = this.editor.frame
    this.view = kept(view, width_px, height_px, this.size)
    this.isFitted = false
    this.movedAt_ms = performance.now()
    this.stale.picture = true
    this.touch()
    this.told.view(this.view, this.size)
  }

  how(e: { shiftKey: boolean; ctrlKey: boolean; metaKey: boolean; altKey: boolean } | null, isTouch: boolean): How {
    return {
      scale: this.view.scale,
      isTouch,
      shift: !!e?.shiftKey,
      ctrl: !!e && (e.ctrlKey || e.metaKey),
      alt: !!e?.altKey,
    }
  }

  /** The pointer's look where nothing is to be taken hold of. */
  get cursor(): string {
    const { tool } = this.editor
    return tool === 'pan' || this.isPanHeld ? 'grab' : tool === 'select' ? 'default' : 'crosshair'
  }

  /** The pointer's place; null when it left. */
  point(onScreen: Point | null) {
    this.cursorAt = onScreen && toImage(this.view, onScreen)
    this.told.cursor(this.cursorAt, onScreen)
    if (hasBrush(this.editor.tool, this.editor.options)) this.touch()
  }

  /** What is stored for the pixel under the pointer. */
  get value(): readonly number[] | null {
    return (this.cursorAt && this.picture?.valueAt(this.cursorAt)) ?? null
  }

  /** What a press would take: an object, or a handle of the selected one. */
  hover(id: string | null, handle: Handle | null = null) {
    const named = handle?.name ? handle : null
    if (this.hoveredId === id && this.named?.name === named?.name) return
    this.hoveredId = id
    this.named = named
    this.touch()
  }

  /** Something on the top layer changed. */
  touch() {
    this.stale.overlay = true
    if (!this.request && !this.scope.signal.aborted) this.request = requestAnimationFrame((at) => this.paint(at))
  }

  private take(picture: Picture, frame: Frame, startView: View | null) {
    this.picture = picture
    picture.changed = () => this.repaintPicture(picture)
    const isKnown = frame.width_px > 0 && frame.height_px > 0
    if (!isKnown) this.setFrame({ width_px: picture.width_px, height_px: picture.height_px }, startView)
    this.stale.picture = true
    void picture.copied.then(() => this.repaintPicture(picture))
    this.told.picture(picture, false)
    this.touch()
  }

  private repaintPicture(picture: Picture) {
    if (picture !== this.picture) return
    this.stale.picture = true
    this.touch()
  }

  private setFrame(frame: Frame, startView: View | null) {
    this.editor.frame = { width_px: frame.width_px || 1, height_px: frame.height_px || 1 }
    this.resting.spoil()
    this.stale.picture = true
    if (startView) this.setView(startView)
    else if (this.size.w) this.fit()
    this.touch()
  }

  /** A fitted picture stays fitted; else the middle stays in the middle. */
  private resize() {
    const { root, picture, overlay } = this.nodes
    const size = { w: root.clientWidth, h: root.clientHeight }
    const dpr = Math.min(3, devicePixelRatio || 1)
    if (!size.w || !size.h || (size.w === this.size.w && size.h === this.size.h && dpr === this.dpr)) return
    const wasEmpty = !this.size.w
    const view = {
      ...this.view,
      x: this.view.x + (size.w - this.size.w) / 2,
      y: this.view.y + (size.h - this.size.h) / 2,
    }
    this.size = size
    this.dpr = dpr
    for (const canvas of [picture, overlay])
      Object.assign(canvas, { width: Math.round(size.w * dpr), height: Math.round(size.h * dpr) })
    this.overlay.forget()
    if (this.isFitted) this.fit()
    else this.setView(wasEmpty ? this.view : view)
  }

  private paint(at_ms: number) {
    this.request = 0
    if (!this.size.w) return
    const view = this.aligned()
    if (this.stale.picture) this.paintPicture(view)
    const { frame, scene } = this.editor
    const isMoving = this.editor.isDragging || at_ms - this.movedAt_ms < RESTS_AFTER_MS
    const isBusy = this.resting.advance(
      scene,
      { view, window: this.size, dpr: this.dpr, frame, activeId: this.editor.active?.shape.id ?? null, isMoving },
      at_ms,
    )
    if (this.stale.overlay) this.paintOverlay(view)
    this.stale = { picture: false, overlay: false }
    Object.assign(this.nodes.overlay.dataset, {
      scale: String(view.scale),
      x: String(view.x),
      y: String(view.y),
      ready: String(!!this.picture),
      settled: String(!isBusy),
    })
    if (isBusy) this.request = requestAnimationFrame((next) => this.paint(next))
  }

  /** On whole device pixels, so that a shifted bitmap stays sharp. */
  private aligned(): View {
    const whole = (n: number) => Math.round(n * this.dpr) / this.dpr
    return { scale: this.view.scale, x: whole(this.view.x), y: whole(this.view.y) }
  }

  private paintPicture(view: View) {
    const ctx = this.nodes.picture.getContext('2d')
    if (!ctx) return
    if (this.picture) this.picture.paint(ctx, view, this.size, this.dpr, this.editor.frame)
    else ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height)
  }

  private paintOverlay(view: View) {
    const { drawing, snapped, shown, scene, tool } = this.editor
    const hovered = this.hoveredId && this.hoveredId !== shown?.id ? (scene.get(this.hoveredId)?.shape ?? null) : null
    const draft = drawing && {
      kind: drawing.kind,
      settings: this.editor.settings,
      shown: drawing.open.shown,
      from: drawing.open.from,
      fixed: (drawing.open.sketch && drawnTool(drawing.kind)?.fixed(drawing.open.sketch)) ?? [],
      isClosing: drawing.open.closing,
      isResting: drawing.kind !== tool,
    }
    const stroke = this.editor.painting.stroke?.now ?? null
    const trail = stroke?.path.length ? { points: stroke.path, to: null } : trailOf(this.editor.errands)
    const { options } = this.editor
    const { brush_px } = this.editor.painting
    const brush = this.cursorAt && hasBrush(tool, options) ? { at: this.cursorAt, radius_px: brush_px } : null
    const { assist } = this.editor
    const help = assist && { ...shownOf(this.editor.assists), aim: this.cursorAt ? null : this.middle }
    const parts = { help, inHand: this.editor.vertexInHand, named: this.editor.isDragging ? null : this.named }
    const { color } = this
    this.overlay.paint(
      { view, active: shown, hovered, draft, trail, color, snapped, stroke, brush, ...parts },
      this.size,
      this.dpr,
    )
  }

  /** Runs before the workbench's own keys; what it has used is marked as prevented. */
  private keyDown(e: KeyboardEvent) {
    const wanted = keyAct(e)
    if (wanted?.act !== 'nudge' && wanted?.act !== 'turn') this.editor.settle() // what they did comes before this
    if (!this.isListening(e)) return
    if (!wanted || !this.act(wanted, e)) return
    e.preventDefault()
    this.touch()
  }

  private keyUp(e: KeyboardEvent) {
    if (e.code === 'Space') this.holdPan(false)
    if (e.key.startsWith('Arrow') || e.key === '<' || e.key === '>') this.settleSoon()
  }

  /** Keys belong to the canvas when it has the focus or nothing else does. */
  private isListening(e: KeyboardEvent): boolean {
    const { target } = e
    if (e.defaultPrevented || document.querySelector('dialog[open]')) return false
    return (
      target === document.body ||
      target === document.documentElement ||
      target === this.nodes.root ||
      target === this.nodes.overlay
    )
  }

  /** False when there was nothing for the key to do here. */
  private act(wanted: KeyAct, e: KeyboardEvent): boolean {
    const how = this.how(e, false)
    switch (wanted.act) {
      case 'nudge':
        return this.nudges && this.nudge(wanted.dx, wanted.dy, wanted.grows)
      case 'enter':
        return this.editor.enter(this.editor.assist ? this.target : this.middle, how)
      case 'back':
        return this.editor.back(how)
      case 'delete':
        return this.editor.takeVertex() || this.remove()
      case 'turn':
        return this.turn(wanted.degrees)
      case 'walk':
        return this.editor.walk(wanted.by)
      case 'mark':
        return this.editor.show(this.target, how, false) || this.editor.mark(how)
      case 'swap':
        return this.editor.show(this.target, how, true) || this.editor.swap()
      case 'cancel':
        return this.editor.cancel(how)
      case 'hold-pan':
        this.holdPan(true)
        return true
    }
  }

  private nudge(dx: number, dy: number, grows: boolean): boolean {
    if (!this.editor.active || this.editor.assist) {
      if (!grows) this.setView({ ...this.view, x: this.view.x - dx * PAN_STEP, y: this.view.y - dy * PAN_STEP })
      return !grows
    }
    if (!this.editor.nudge(dx, dy, grows)) return false
    this.settleSoon(2 * SETTLES_MS)
    return true
  }

  private turn(degrees: number): boolean {
    const isTurned = this.editor.turn(degrees)
    if (isTurned) this.settleSoon(2 * SETTLES_MS)
    return isTurned
  }

  private holdPan(isHeld: boolean) {
    if (this.isPanHeld === isHeld) return
    this.isPanHeld = isHeld
    this.nodes.overlay.style.cursor = this.cursor
  }

  private settleSoon(wait_ms = SETTLES_MS) {
    clearTimeout(this.settling)
    this.settling = window.setTimeout(() => {
      this.editor.settle()
      this.touch()
    }, wait_ms)
  }

  private remove(): boolean {
    const shape = this.editor.active?.shape
    if (!shape || shape.locked) return false
    this.told.remove(shape.id)
    return true
  }
}
