/** What the page asks of the worker that looks into the picture, and what it is told. */
import type { Point, XY } from '../geometry'
import type { Area } from '../pixels/area'
import type { Wish } from '../pixels/wand'

export type Question =
  | { readonly ask: 'open'; readonly src: string }
  | { readonly ask: 'wand'; readonly at: Point; readonly wish: Wish }
  | { readonly ask: 'seed'; readonly at: Point; readonly scale: number }
  | { readonly ask: 'way'; readonly to: Point }
export type Asking = Question & { readonly id: number }

/** Which question it answers; `problem` says why there is nothing. */
export interface Answered {
  readonly id: number
  readonly area?: Area | null
  readonly at?: Point
  readonly way?: XY[]
  readonly problem?: string
}
