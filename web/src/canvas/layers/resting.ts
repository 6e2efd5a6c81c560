/** The resting objects, on two sheets: one is shown, one painted a slice per frame, so that no frame waits for all. */
import type { Frame } from '../geometry'
import type { Changes, Entry, Scene } from '../scene'
import type { Size, View } from '../viewport'
import { paintCost } from './paint'
import { Sheet } from './sheet'

interface Job {
  readonly sheet: Sheet
  readonly entries: readonly Entry[]
  readonly window: Size
  readonly dpr: number
  readonly view: View
  next: number
  nextTag: number
}

/** Microseconds of painting per frame: found by watching the frames while the view moves; at rest nobody waits. */
const LEAST = 5_000,
  MOST = 16_000,
  AT_REST = 24_000
const TAG_COST = 14,
  SLOW_FRAME_MS = 26,
  FAST_FRAME_MS = 19
const MOST_REPAIRED = 500
const CROWD = 600 // objects in sight
const STRETCHED = 1.6

export interface Situation {
  readonly view: View
  readonly window: Size
  readonly dpr: number
  readonly frame: Frame
  readonly activeId: string | null
  readonly isMoving: boolean
}

export class RestingLayer {
  private shown = new Sheet()
  private spare = new Sheet()
  private job: Job | null = null
  private isStale = true
  private budget = 8_000
  private lastFrameAt = 0
  private dpr = 0
  private size: Size = { w: 0, h: 0 }

  constructor(host: HTMLElement) {
    host.append(this.shown.canvas, this.spare.canvas)
    this.shown.canvas.style.visibility = 'visible'
  }

  /** Everything is to be painted again. */
  spoil() {
    this.isStale = true
    this.job = null
  }

  /** Takes a change of some objects; paints only where they lie, when they are few. */
  change(scene: Scene, changes: Changes, activeId: string | null) {
    if (!changes.whole && !changes.gone.length && !changes.fresh.length) return
    this.job = null // it began with the objects as they were
    if (this.isStale || changes.whole || !this.shown.repair(scene, changes, activeId, MOST_REPAIRED))
      this.isStale = true
  }

  /** One frame's work. True while there is more to do. */
  advance(scene: Scene, now: Situation, at_ms: number): boolean {
    this.watch(at_ms)
    if (this.job && !isUseful(this.job, now)) this.job = null
    if (!this.job && this.needsPainting(now) && !this.canWait(now)) this.job = this.begin(scene, now)
    if (this.job && this.paintSlice(this.job, now.isMoving ? this.budget : AT_REST)) this.show(this.job)
    this.shown.lay(now.view)
    const isBusy = this.job !== null || this.needsPainting(now)
    this.lastFrameAt = isBusy ? at_ms : 0
    return isBusy
  }

  private needsPainting(now: Situation): boolean {
    if (this.isStale || this.dpr !== now.dpr || this.size.w !== now.window.w || this.size.h !== now.window.h)
      return true
    return this.shown.view.scale !== now.view.scale || !this.shown.covers(now.view, now.window, now.frame)
  }

  /** While the wheel turns, a bitmap a little blown up or shrunk will do; it is painted sharp when the wheel rests. */
  private canWait(now: Situation): boolean {
    const k = now.view.scale / this.shown.view.scale
    const isWhole = !this.isStale && this.dpr === now.dpr && this.size === now.window
    return (
      now.isMoving &&
      isWhole &&
      k > 1 / STRETCHED &&
      k < STRETCHED &&
      this.shown.covers(now.view, now.window, now.frame)
    )
  }

  private begin(scene: Scene, now: Situation): Job {
    this.spare.begin(now.view, now.window, now.dpr)
    const entries = scene.within(this.spare.area).filter((e) => e.shape.id !== now.activeId)
    this.spare.isFine = entries.length > CROWD
    return { sheet: this.spare, entries, window: now.window, dpr: now.dpr, view: now.view, next: 0, nextTag: 0 }
  }

  /** Objects first, then their tags above them all. True when the sheet is finished. */
  private paintSlice(job: Job, budget: number): boolean {
    const { sheet, entries, view } = job
    let spent = 0
    for (; job.next < entries.length && spent < budget; job.next++) {
      const entry = entries[job.next]
      if (!entry) continue
      spent += paintCost(entry.outline, view.scale, sheet.isFine)
      sheet.paint(entry)
    }
    for (; job.next === entries.length && job.nextTag < entries.length && spent < budget; job.nextTag++) {
      const entry = entries[job.nextTag]
      if (entry) spent += sheet.paintTag(entry) ? TAG_COST : 0.5
    }
    return job.nextTag === entries.length
  }

  private show({ sheet, dpr, window }: Job) {
    this.spare = this.shown
    this.shown = sheet
    this.dpr = dpr
    this.size = window
    this.isStale = false
    this.job = null
    this.shown.canvas.style.visibility = 'visible'
    this.spare.canvas.style.visibility = 'hidden'
  }

  /** Fewer objects a frame where frames come late, more where there is time. */
  private watch(at_ms: number) {
    if (!this.lastFrameAt) return
    const took = at_ms - this.lastFrameAt
    if (took > SLOW_FRAME_MS) this.budget = Math.max(LEAST, this.budget * 0.75)
    else if (took < FAST_FRAME_MS) this.budget = Math.min(MOST, this.budget * 1.1)
  }
}

/** Whether finishing the job still helps: its scale is near the one wanted and it is not far away. */
function isUseful(job: Job, now: Situation): boolean {
  const k = now.view.scale / job.view.scale
  if (k < 0.6 || k > 1.7 || job.window.w !== now.window.w || job.window.h !== now.window.h) return false
  const dx = now.view.x - job.view.x * k - (now.window.w / 2) * (1 - k),
    dy = now.view.y - job.view.y * k - (now.window.h / 2) * (1 - k)
  return Math.abs(dx) < now.window.w / 2 && Math.abs(dy) < now.window.h / 2
}
