/** What a kind gives the canvas. The canvas names no kind; it finds tools by glob. */
import type { Obj } from '../lib/types'
import type { Bounds } from './index'
import type { Point, View } from './viewport'
export interface Style { color: string; selected: boolean; fill: boolean }
export type Hit = { part: 'body' } | { part: 'handle'; index: number } | { part: 'edge'; index: number }
export interface Input { type: 'down' | 'move' | 'up' | 'double' | 'enter'; at: Point; shift: boolean; scale: number; width: number; height: number }
/** A gesture in progress: `geometry` is drawn while it lasts; done commits it, a null geometry discards it. */
export interface Drag { mode: 'create' | 'move' | 'handle'; index: number; start: Point; from: Geometry; geometry: Geometry | null; done: boolean; committed?: number }
export type Geometry = Record<string, unknown>
export interface Tool {
  kind: string
  /** shortcut; empty where the kind is not drawn on the canvas */
  key: string
  title: string
  icon?: string
  draw?(ctx: CanvasRenderingContext2D, object: Geometry, view: View, style: Style): void
  hit?(object: Geometry, at: Point, slack: number, selected: boolean): Hit | null
  step?(drag: Drag, input: Input): Drag
  bounds?(object: Geometry): Bounds
  summary?(object: Obj): string
}
const modules = import.meta.glob<{ default: Tool }>('../../../src/goldsmith/kinds/*/tool.ts', { eager: true })
export const tools = new Map(Object.values(modules).map((m) => [m.default.kind, m.default]))
export const isDrawn = (t: Tool | undefined): t is Tool & Required<Pick<Tool, 'draw' | 'hit' | 'step' | 'bounds'>> => !!(t?.draw && t.hit && t.step && t.bounds)
