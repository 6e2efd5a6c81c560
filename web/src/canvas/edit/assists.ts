/** Drawing with help: a wand, scissors that follow edges, a model that is shown where a thing is. */
import type { Finder } from '../assist/finder'
import { clamp, distance, round, type Bounds, type Point, type Ring, type XY } from '../geometry'
import type { Area } from '../pixels/area'
import type { Wish } from '../pixels/wand'
import type { AssistSort } from '../tool'
import type { Asked } from './errands'
import { say } from '@/lib/language.svelte'

/** A place shown to the model: on the thing, or beside it. */
export interface Hint extends Point {
  readonly isBeside: boolean
}
/** What the model is shown, in image pixels. */
export interface Prompt {
  readonly hints: readonly Hint[]
  readonly box: Bounds | null
}
export type AskModel = (prompt: Prompt) => Promise<Area | null>

/** What becomes of the pixels found: an object of their own, more of the one selected, or less. */
export type Intent = 'own' | 'more' | 'less'

export interface AssistEvents {
  found(area: Area, intent: Intent): void
  traced(path: Ring): void
  ask(asked: Asked | null): void
  /** Something to be painted changed. */
  changed(): void
  /** The tolerance that the person pulled the wand to. */
  tolerated(tolerance: number): void
}

export type Assist =
  | { readonly sort: 'wand'; readonly at: Point; readonly intent: Intent; readonly area: Area | null }
  | {
      readonly sort: 'wire'
      readonly path: readonly XY[]
      readonly stops: readonly number[] // how much of the path was there at each click
      readonly live: readonly XY[]
    }
  | {
      readonly sort: 'model'
      readonly prompt: Prompt
      readonly intent: Intent
      readonly area: Area | null
      readonly from: Point | null // where the pointer went down
    }

interface How {
  readonly scale: number
  readonly shift: boolean
  readonly alt: boolean
}
const PULL = 3, // screen pixels a step of tolerance
  TOLERANCE_MOST = 160,
  BOX_FROM = 6,
  CLOSES = 9, // screen pixels
  MANY = 3

export class Assists {
  now: Assist | null = null
  wish: Wish = { tolerance: 24, isEverywhere: false }
  askModel: AskModel | null = null
  /** Something is being looked for. */
  isLooking = false
  private pulled = 0 // of the wand that is held
  private readonly waiting: { readonly isGlance: boolean; readonly run: () => Promise<void> }[] = []
  private turn = 0

  constructor(
    private readonly finder: Finder,
    private readonly told: AssistEvents,
  ) {}

  press(sort: AssistSort, at: Point, how: How) {
    const intent: Intent = how.alt ? 'less' : how.shift ? 'more' : 'own'
    if (sort === 'wire') this.setStop(at, how.scale)
    else if (sort === 'wand') {
      this.pulled = this.wish.tolerance
      this.now = { sort, at, intent, area: null }
      this.lookLikeAt()
    } else {
      const now = this.now?.sort === 'model' ? this.now : null
      const empty: Prompt = { hints: [], box: null }
      const began = how.shift ? 'more' : 'own'
      this.now = { sort, prompt: now?.prompt ?? empty, intent: now?.intent ?? began, area: now?.area ?? null, from: at }
    }
  }

  move(at: Point, how: How) {
    const { now } = this
    if (now?.sort === 'wand') {
      const tolerance = clamp(Math.round(this.pulled + ((at.x - now.at.x) * how.scale) / PULL), 0, TOLERANCE_MOST)
      if (tolerance !== this.wish.tolerance) this.tolerate(tolerance)
    } else if (now?.sort === 'wire' && now.path.length)
      this.glance(async (isMine) => {
        const live = await this.finder.way(at)
        if (isMine() && this.now?.sort === 'wire') this.now = { ...this.now, live }
      })
    else if (now?.sort === 'model' && now.from && distance(now.from, at) * how.scale >= BOX_FROM)
      this.now = { ...now, prompt: { ...now.prompt, box: boxOf(now.from, at) } }
  }

  release(at: Point, how: How) {
    const { now } = this
    if (now?.sort === 'wand')
      this.step(async (isMine) => {
      if (isMine()) this.take(this.now)
    })
    if (now?.sort !== 'model' || !now.from) return
    const isBox = distance(now.from, at) * how.scale >= BOX_FROM
    const prompt = isBox
      ? { ...now.prompt, box: boxOf(now.from, at) }
      : { ...now.prompt, hints: [...now.prompt.hints, { x: at.x, y: at.y, isBeside: how.alt }] }
    this.show({ ...now, prompt, from: null })
  }

  /** Another tolerance, also while the wand is held. */
  tolerate(tolerance: number) {
    this.wish = { ...this.wish, tolerance }
    this.told.tolerated(tolerance)
    if (this.now?.sort === 'wand') this.lookLikeAt()
  }

  /** Ends what is begun with what it has come to; where nothing is, it begins at the place. */
  enter(sort: AssistSort, at: Point, how: How) {
    const { now } = this
    if (now?.sort === 'wire') this.finish()
    else if (now?.sort === 'model')
      this.step(async (isMine) => {
      if (isMine()) this.take(this.now)
    })
    else {
      this.press(sort, at, how)
      if (sort !== 'wire') this.release(at, how)
    }
  }

  /** A place in the middle of the view, for those who have no pointer; `isBeside` is for the model. */
  mark(sort: AssistSort, at: Point, how: How, isBeside: boolean) {
    this.press(sort, at, how)
    if (sort !== 'wire') this.release(at, { ...how, alt: isBeside })
  }

  /** Takes the last click back; false where there was none. */
  back(scale: number): boolean {
    const { now } = this
    if (now?.sort === 'wire') {
      this.step(async (isMine) => {
        if (isMine() && this.now?.sort === 'wire') await this.backTo(this.now, scale)
      })
      return true
    }
    if (now?.sort !== 'model') return this.end()
    const { hints, box } = now.prompt
    if (hints.length + (box ? 1 : 0) < 2) return this.end()
    this.show({ ...now, prompt: hints.length ? { box, hints: hints.slice(0, -1) } : { hints, box: null } })
    return true
  }

  /** True when there was something to give up. */
  end(): boolean {
    const was = this.now !== null
    this.turn++
    this.now = null
    this.waiting.length = 0
    this.told.ask(null)
    this.told.changed()
    return was
  }

  // ---- scissors ----------------------------------------------------------------------------------------------

  private setStop(at: Point, scale: number) {
    const before = this.now?.sort === 'wire' ? this.now : null
    const [first] = before?.path ?? []
    const isClosing = before && first && before.stops.length >= MANY - 1
    if (isClosing && distance({ x: first[0], y: first[1] }, at) * scale <= CLOSES) return this.finish()
    if (!before) this.now = { sort: 'wire', path: [[round(at.x), round(at.y)]], stops: [1], live: [] }
    this.told.ask({ text: say('assist.wire'), ends: say('assist.wire_ends') })
    this.step(async (isMine) => {
      const way = before ? await this.finder.way(at) : []
      const end = way.at(-1)
      const from = await this.finder.seed(end ? { x: end[0], y: end[1] } : at, scale)
      if (!isMine() || this.now?.sort !== 'wire') return
      const path = before ? [...this.now.path, ...way.slice(1)] : ([[from.x, from.y]] as XY[])
      this.now = { ...this.now, path, stops: before ? [...this.now.stops, path.length] : [path.length], live: [] }
    })
  }

  private async backTo(now: Assist & { sort: 'wire' }, scale: number) {
    const stops = now.stops.slice(0, -1),
      path = now.path.slice(0, stops.at(-1) ?? 0),
      last = path.at(-1)
    if (!last) return void this.end()
    this.now = { ...now, path, stops, live: [] }
    await this.finder.seed({ x: last[0], y: last[1] }, scale)
  }

  /** Along edges back to where it began, or as it stands where it is too short for that. */
  private finish() {
    this.step(async (isMine) => {
      if (!isMine() || this.now?.sort !== 'wire') return
      const [first] = this.now.path
      if (!first || this.now.path.length < 2) return void this.end()
      const rest = this.closes ? await this.finder.way({ x: first[0], y: first[1] }) : []
      if (!isMine() || this.now?.sort !== 'wire') return
      const path = [...this.now.path, ...rest.slice(1, -1)]
      this.end()
      this.told.traced(path)
    })
  }
  /** Whether what is cut out is an area; the editor knows by the kind. */
  closes = true

  // ---- looking -----------------------------------------------------------------------------------------------

  private lookLikeAt() {
    this.glance(async (isMine) => {
      if (this.now?.sort !== 'wand') return
      const area = await this.finder.wand(this.now.at, this.wish)
      if (isMine() && this.now?.sort === 'wand') this.now = { ...this.now, area }
    })
  }

  /** The model looks again at what it is shown. */
  private show(now: Assist & { sort: 'model' }) {
    this.now = now
    this.told.ask({ text: say('assist.model_looks'), ends: '' })
    this.glance(async (isMine) => {
      const area = (await this.askModel?.(now.prompt)) ?? null
      if (!isMine() || this.now?.sort !== 'model') return
      this.now = { ...this.now, area }
      const ends = area ? say('assist.model_ends') : ''
      this.told.ask({ text: say(area ? 'assist.model' : 'assist.model_nothing'), ends })
    })
  }

  private take(now: Assist | null) {
    if (!now || now.sort === 'wire') return
    const { area, intent } = now
    if (now.sort === 'model' && !area) return
    this.end()
    if (area) this.told.found(area, intent)
  }

  /** What only shows how things stand: of several that wait in a row, the last is enough. */
  private glance(work: Work) {
    if (this.waiting.at(-1)?.isGlance) this.waiting.pop()
    this.add(work, true)
  }

  /** What moves on; each is done, in order. */
  private step(work: Work) {
    this.add(work, false)
  }

  private add(work: Work, isGlance: boolean) {
    const mine = this.turn
    this.waiting.push({ isGlance, run: () => work(() => mine === this.turn) })
    if (!this.isLooking) void this.work()
  }

  private async work() {
    this.isLooking = true
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      try {
        await next.run()
      } catch (error) {
        this.end()
        const text = error instanceof Error && error.message ? error.message : say('assist.failed')
        this.told.ask({ text, ends: '' })
      }
      this.told.changed()
    }
    this.isLooking = false
  }
}

/** `isMine` says whether what was begun then still goes on. */
type Work = (isMine: () => boolean) => Promise<void>

const boxOf = (a: Point, b: Point): Bounds => ({
  x: Math.min(a.x, b.x),
  y: Math.min(a.y, b.y),
  w: Math.abs(a.x - b.x),
  h: Math.abs(a.y - b.y),
})
