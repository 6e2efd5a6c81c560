/** Mouse, pen and fingers: one draws or moves, two pan and zoom, the wheel zooms at the cursor. */
import type { Point } from '../geometry'
import type { Stage } from '../stage'
import { pan, pinch, toImage, zoomAt } from '../viewport'

type Gesture =
  | { readonly phase: 'idle' }
  | { readonly phase: 'editing'; readonly pointer: number }
  | { readonly phase: 'panning'; readonly pointer: number; readonly at: Point }
  | { readonly phase: 'pinching'; readonly a: Point; readonly b: Point }

const IDLE: Gesture = { phase: 'idle' }
const LINE_PX = 16,
  PAGE_PX = 400
const PER_WHEEL_PX = 0.0015,
  PER_PINCH_PX = 0.01 // a trackpad's pinch comes as a wheel with Ctrl, in smaller steps

export function listenToPointers(stage: Stage, signal: AbortSignal) {
  const pointers = new Pointers(stage)
  const node = stage.nodes.overlay
  node.addEventListener('pointerdown', (e) => pointers.down(e), { signal })
  node.addEventListener('pointermove', (e) => pointers.move(e), { signal })
  node.addEventListener('pointerup', (e) => pointers.up(e), { signal })
  node.addEventListener('pointercancel', (e) => pointers.lost(e), { signal })
  node.addEventListener('pointerleave', () => pointers.left(), { signal })
  node.addEventListener('dblclick', (e) => pointers.double(e), { signal })
  node.addEventListener('contextmenu', (e) => e.preventDefault(), { signal })
  node.addEventListener('wheel', (e) => pointers.wheel(e), { signal, passive: false })
}

class Pointers {
  private gesture: Gesture = IDLE
  private readonly fingers = new Map<number, Point>()

  constructor(private readonly stage: Stage) {}

  down(e: PointerEvent) {
    const at = this.where(e)
    this.stage.nodes.overlay.focus({ preventScroll: true })
    this.stage.nodes.overlay.setPointerCapture(e.pointerId)
    if (e.pointerType === 'touch') this.fingers.set(e.pointerId, at)
    if (this.fingers.size === 2) {
      this.beginPinch()
      return
    }
    if (this.fingers.size > 2 || this.gesture.phase !== 'idle') return
    if (e.button === 1 || (e.button === 0 && this.stage.isPanHeld)) e.preventDefault()
    else if (e.button !== 0) return
    this.gesture = this.begin(e, at)
    this.stage.touch()
    this.point()
  }

  move(e: PointerEvent) {
    const at = this.where(e)
    if (this.fingers.has(e.pointerId)) this.fingers.set(e.pointerId, at)
    this.stage.point(at)
    switch (this.gesture.phase) {
      case 'pinching':
        this.pinch(this.gesture)
        return
      case 'panning':
        this.pan(this.gesture, e.pointerId, at)
        return
      case 'editing':
        if (this.gesture.pointer !== e.pointerId) return
    }
    const wasSnapped = this.stage.editor.snapped !== null
    this.stage.editor.move(toImage(this.stage.view, at), this.how(e))
    if (this.gesture.phase === 'idle') this.hover(e, at)
    if (this.stage.editor.isBusy || this.stage.editor.snapped || wasSnapped) this.stage.touch()
  }

  up(e: PointerEvent) {
    this.fingers.delete(e.pointerId)
    const { gesture } = this
    if (gesture.phase === 'pinching') {
      if (this.fingers.size === 0) this.gesture = IDLE
      return
    }
    if (gesture.phase === 'idle' || gesture.pointer !== e.pointerId) return
    this.gesture = IDLE
    if (gesture.phase === 'editing') this.stage.editor.release(toImage(this.stage.view, this.where(e)), this.how(e))
    this.stage.hover(null) // what lies here now is found when the pointer moves on
    this.stage.touch()
    this.point()
  }

  lost(e: PointerEvent) {
    this.fingers.delete(e.pointerId)
    if (this.gesture.phase === 'editing') this.stage.editor.unpress()
    this.gesture = IDLE
    this.stage.touch()
  }

  left() {
    this.stage.point(null)
    this.stage.hover(null)
  }

  double(e: MouseEvent) {
    this.stage.editor.double(toImage(this.stage.view, this.where(e)), this.stage.how(e, false))
    this.stage.touch()
  }

  wheel(e: WheelEvent) {
    e.preventDefault()
    const { stage } = this
    const unit = e.deltaMode === 1 ? LINE_PX : e.deltaMode === 2 ? PAGE_PX : 1
    if (e.shiftKey && !e.ctrlKey)
      stage.setView(pan(stage.view, -(e.deltaX || e.deltaY) * unit, e.deltaX ? -e.deltaY * unit : 0))
    else
      stage.setView(
        zoomAt(
          stage.view,
          this.where(e),
          Math.exp(-e.deltaY * unit * (e.ctrlKey && Math.abs(e.deltaY) < 50 ? PER_PINCH_PX : PER_WHEEL_PX)),
        ),
      )
    stage.point(this.where(e))
  }

  private begin(e: PointerEvent, at: Point): Gesture {
    const panning: Gesture = { phase: 'panning', pointer: e.pointerId, at }
    if (e.button === 1 || this.stage.isPanHeld) return panning
    const began = this.stage.editor.press(toImage(this.stage.view, at), this.how(e))
    if (began === 'pan') return panning
    return began === 'edit' ? { phase: 'editing', pointer: e.pointerId } : IDLE
  }

  private beginPinch() {
    if (this.gesture.phase === 'editing') this.stage.editor.unpress()
    const [a, b] = [...this.fingers.values()]
    if (a && b) this.gesture = { phase: 'pinching', a, b }
  }

  private pinch(before: { a: Point; b: Point }) {
    const [a, b] = [...this.fingers.values()]
    if (!a || !b) return
    this.stage.setView(pinch(this.stage.view, before.a, before.b, a, b))
    this.gesture = { phase: 'pinching', a, b }
  }

  private pan(gesture: { pointer: number; at: Point }, pointer: number, at: Point) {
    if (gesture.pointer !== pointer) return
    this.stage.setView(pan(this.stage.view, at.x - gesture.at.x, at.y - gesture.at.y))
    this.gesture = { phase: 'panning', pointer, at }
  }

  private hover(e: PointerEvent, at: Point) {
    const hold = e.pointerType === 'touch' ? null : this.stage.editor.under(toImage(this.stage.view, at), this.how(e))
    this.stage.hover(hold?.grip.part === 'body' ? hold.entry.shape.id : null, hold?.handle)
    this.point(hold?.cursor)
  }

  /** The pointer's look says what a press would do. */
  private point(over?: string) {
    const canPan = this.stage.cursor === 'grab'
    const cursor = this.gesture.phase === 'panning' ? 'grabbing' : canPan ? 'grab' : (over ?? this.stage.cursor)
    const { style } = this.stage.nodes.overlay
    if (style.cursor !== cursor) style.cursor = cursor
  }

  private how(e: PointerEvent) {
    return this.stage.how(e, e.pointerType === 'touch')
  }

  private where(e: MouseEvent): Point {
    const box = this.stage.nodes.overlay.getBoundingClientRect()
    return { x: e.clientX - box.left, y: e.clientY - box.top }
  }
}
