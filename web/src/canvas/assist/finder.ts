/** The page's side of the worker that looks into the picture; it is started when somebody first asks. */
import type { Point, XY } from '../geometry'
import type { Area } from '../pixels/area'
import type { Wish } from '../pixels/wand'
import type { Answered, Question } from './protocol'

/** Finds what belongs together in the picture. Each call may take a while; a call that fails says why. */
export interface Finder {
  wand(at: Point, wish: Wish): Promise<Area | null>
  /** Where scissors begin: at the edge near the place. */
  seed(at: Point, scale: number): Promise<Point>
  /** The way along edges from there. */
  way(to: Point): Promise<XY[]>
}

export class PictureFinder implements Finder {
  private worker: Worker | null = null
  private readonly waiting = new Map<number, (answer: Answered) => void>()
  private last = 0
  private src = ''
  private isOpen = false

  /** Another picture; what was asked of the last one is not answered any more. */
  show(src: string) {
    if (src === this.src) return
    this.src = src
    this.isOpen = false
  }

  async wand(at: Point, wish: Wish): Promise<Area | null> {
    return (await this.ask({ ask: 'wand', at, wish })).area ?? null
  }
  async seed(at: Point, scale: number): Promise<Point> {
    return (await this.ask({ ask: 'seed', at, scale })).at ?? at
  }
  async way(to: Point): Promise<XY[]> {
    return (await this.ask({ ask: 'way', to })).way ?? [[to.x, to.y]]
  }

  close() {
    this.worker?.terminate()
    this.worker = null
    this.waiting.clear()
    this.isOpen = false
  }

  private async ask(question: Question): Promise<Answered> {
    if (!this.isOpen) {
      this.isOpen = true
      const opened = this.send({ ask: 'open', src: new URL(this.src, document.baseURI).href })
      opened.catch(() => (this.isOpen = false))
      await opened
    }
    return this.send(question)
  }

  private send(question: Question): Promise<Answered> {
    this.worker ??= this.started()
    const id = ++this.last
    return new Promise((done, failed) => {
      this.waiting.set(id, (answer) => (answer.problem ? failed(new Error(answer.problem)) : done(answer)))
      this.worker?.postMessage({ id, ...question })
    })
  }

  private started(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = ({ data }: MessageEvent<Answered>) => {
      this.waiting.get(data.id)?.(data)
      this.waiting.delete(data.id)
    }
    worker.onerror = () => {
      for (const [id, tell] of this.waiting) tell({ id, problem: 'worker' })
      this.close()
    }
    return worker
  }
}
