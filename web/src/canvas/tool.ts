/** What a kind gives the canvas. The canvas names no kind; it finds the tools by folder. */
import type { Component, Snippet } from 'svelte'
import type { Field, ItemData } from '../generated/types'
import type { Obj } from '../lib/types'
import { sayOr } from '../lib/language.svelte'
import { boundsOf, centreOf, type Bounds, type Frame, type Point, type Ring } from './geometry'

/** An object's own fields; which ones depends on the kind, and only its tool reads them. */
export type Geometry = Record<string, unknown>

/** What a field's settings say to its kind. */
export type Settings = Readonly<Record<string, unknown>>
export const NO_SETTINGS: Settings = {}

/** The part of an object that is held. Edge `index` goes from vertex `index` to the next; `middle` is its midpoint,
 * `face` a whole ring; `turn` turns the object about its middle.
 */
export interface Grip {
  readonly part: 'body' | 'vertex' | 'edge' | 'middle' | 'face' | 'turn'
  readonly ring: number
  readonly index: number
}
export interface Handle extends Grip {
  readonly at: Point
  readonly cursor: string
  readonly name?: string
  /** It stands for something that is not there. */
  readonly isFaint?: boolean
  /** Where the line begins that ties it to its object. */
  readonly stem?: Point
}
/** A point that is seen whatever the scale; a hollow one is there and out of sight. */
export interface Dot {
  readonly at: Point
  readonly isHollow: boolean
}
export const BODY: Grip = { part: 'body', ring: 0, index: 0 }

/** `at` lies inside the picture and is snapped already; `scale` is screen pixels per image pixel. */
export interface DrawInput {
  readonly type: 'down' | 'move' | 'up' | 'double' | 'enter' | 'back' | 'cancel' | 'mark'
  readonly at: Point
  readonly scale: number
  readonly shift: boolean
  readonly option: boolean // the tool's option is on
  readonly settings: Settings // of the field that is drawn for
}

/** Another way of drawing that a person can switch on. */
export interface ToolOption {
  readonly key: string
  readonly title: string
  readonly icon: string
}

/** Pixels in a rectangle of the picture, row by row, 1 where it is marked; a stroke's may grow. */
export interface Raster extends Bounds {
  readonly bits: Uint8Array
}

/** Painting in progress: what it has covered so far, and what comes of it. */
export interface Stroke {
  readonly isErasing: boolean
  readonly raster: Raster
  /** The line drawn so far, where it is that which counts. */
  readonly path: Ring
  to(at: Point): void
  /** The rows of the picture that it covered since it was asked last. */
  changed(): { y: number; h: number }
  /** The object after it; null where nothing of it is left. */
  done(): Geometry | null
}

/** Another way of painting than the plain brush. */
export interface PaintWay extends ToolOption {
  readonly name: string
  /** The brush's size matters. */
  readonly hasBrush: boolean
}

/** How a kind is painted: each stroke changes the object in hand, or begins one where there is none. */
export interface Painter {
  readonly ways: readonly PaintWay[]
  /** Null where such a stroke has nothing to work on. */
  begin(press: {
    geometry: Geometry | null
    way: string
    radius_px: number
    at: Point
    frame: Frame
  }): Stroke | null
}

/** A drawing begun and not finished: `sketch` is fixed and worth saving, `shown` also follows the pointer. */
export interface OpenDrawing {
  readonly phase: 'open'
  readonly sketch: Geometry | null
  readonly shown: Geometry | null
  readonly from: Point | null
  readonly closing: boolean // the next press would close it where it began
  readonly asks?: string // what the next press should be
}
export type Drawing =
  OpenDrawing | { readonly phase: 'done'; readonly geometry: Geometry } | { readonly phase: 'dropped' }
export const BLANK: OpenDrawing = { phase: 'open', sketch: null, shown: null, from: null, closing: false }

/** What a form is given: a field, what it is about, and the answer so far. */
export interface FormProps {
  readonly field: Field
  readonly item: ItemData
  readonly objects: readonly Obj[]
  /** Keys go to this field now. */
  readonly isActive: boolean
  /** To look at only; then nothing changes and nothing takes keys. */
  readonly isReadOnly: boolean
  /** The field's whole answer anew; objects that stay keep their id. */
  readonly onchange: (objects: Obj[]) => void
  /** The person has answered all of it by one act: what may follow by itself follows. */
  readonly ondone: () => void
  /** The questions about one object, for a form that puts them in their place. */
  readonly attributes?: Snippet<[Obj]>
}

/** What a form does with a key while it is in hand; true where it did something. */
export interface FormKeys {
  key?: (chord: string) => boolean
}

/** What the schema editor gives for a kind's own settings. */
export interface SettingsProps {
  readonly field: Field
  readonly onsettings: (settings: Record<string, unknown>, what: string) => void
}

/** How a kind's objects join others of the answer, by id: two, from the first to the second, or any number. */
export interface Joiner {
  readonly how: 'pair' | 'set'
  /** The ids of what it joins, in its own order. */
  refers(object: Geometry): readonly string[]
  of(ids: readonly string[]): Geometry
  /** With fewer it is no object. */
  least(settings: Settings): number
  /** Whether the label says the same in both directions. */
  isSymmetric?(label: string, settings: Settings): boolean
  /** Whether it may join objects with these labels. */
  fits?(label: string, ends: readonly string[], settings: Settings): boolean
  /** Whether an object may be in several of them. */
  mayShare(settings: Settings): boolean
}

/** A range of a text, in code points, end not included. */
export interface Part {
  readonly start: number
  readonly end: number
}

/** A name that settings may hold, before and after; `to` is null where what had it is gone. */
export interface Renaming {
  readonly what: 'own label' | 'label' | 'field'
  readonly from: string
  readonly to: string | null
}

export interface Tool {
  readonly kind: string
  /** Where it is answered: on a picture, on a text, between objects of either, in the form beside, or on the page where
   * others show the medium.
   */
  readonly surface: 'image' | 'text' | 'links' | 'form' | 'page'
  /** Where its surface is `links`. */
  readonly joiner?: Joiner
  /** Its shortcut; empty where the kind is not drawn on the canvas. */
  readonly key: string
  /** In English; the catalogue may have it in the reader's language, by the kind. */
  readonly title: string
  /** A path on a 20 x 20 grid. */
  readonly icon?: string
  /** The object in a few characters, for the object list. */
  summary?(object: Obj): string
  /** How a form or a page is answered; without it its labels are chips to choose from. */
  readonly form?: Component<FormProps, FormKeys>
  /** Its labels are questions, each answered by one object at most. */
  readonly isPerLabel?: boolean
  /** Its form puts the questions about its objects in their place itself. */
  readonly placesAttributes?: boolean
  /** What the labels of a new field are called, where they are not free. */
  readonly startLabels?: readonly string[]
  /** One act can be the whole answer, after which the next task may follow by itself. */
  readonly isOneAct?: boolean
  /** Its own settings: how they are edited, and what a new field begins with. */
  readonly settings?: Component<SettingsProps>
  readonly startSettings?: Readonly<Record<string, unknown>>
  /** Its settings after a name in them was changed: a label of its own field, one that it joins, or a field. */
  renamed?(settings: Settings, renaming: Renaming): Settings
  /** What an answer that was begun still lacks, in words; empty: nothing. */
  lacks?(field: Field, object: Obj): string
  /** The same of all objects of a field together. */
  lacksTogether?(field: Field, objects: readonly Obj[]): string
  /** Plain values for an item to try such a field on. */
  sample?(field: Field): Record<string, string>
  /** On a text: what an object covers, in the order of the text; and its own fields for such parts, one at least. */
  parts?(object: Geometry): readonly Part[]
  ofParts?(parts: readonly Part[]): Geometry
}

/** A kind that is drawn on a picture. Every function is pure and answers with the kind's own fields only. */
export interface DrawnTool extends Tool {
  readonly icon: string
  readonly option?: ToolOption
  /** It is painted, not drawn by points; then `draw` is never asked. */
  readonly painter?: Painter
  /** Its pixels, for a kind that is a set of them; its rings are the rectangle around. */
  raster?(geometry: Geometry): Raster
  /** The outer outline, then its holes; nothing where it encloses nothing. */
  rings(geometry: Geometry): readonly Ring[]
  /** What is drawn without being closed. */
  lines?(geometry: Geometry, settings: Settings): readonly Ring[]
  dots?(geometry: Geometry): readonly Dot[]
  /** Where a selected object can be taken hold of. */
  handles(geometry: Geometry, scale: number, settings: Settings): readonly Handle[]
  /** The object after its grip went from `from` to `to`: still inside the picture, or its middle where it may reach out. */
  reshape(geometry: Geometry, grip: Grip, from: Point, to: Point, frame: Frame): Geometry
  /** The object without the vertex; null where it cannot be spared. */
  without?(geometry: Geometry, grip: Grip): Geometry | null
  /** The object with the shorter border between two vertices of one ring replaced; null where nothing is left. */
  reroute?(geometry: Geometry, from: Grip, to: Grip, path: Ring): Geometry | null
  /** Its parts without the area of a closed path, or beside a line, the largest first; null where nothing changes. */
  cut?(geometry: Geometry, path: Ring, isClosed: boolean): Geometry[] | null
  /** Objects of pixels that were found, the largest first; an outline may lie off by `fine` image pixels. */
  ofArea?(area: Raster, fine: number): Geometry[]
  /** An object of an outline and its holes; null where it would be nothing. */
  ofRings?(rings: readonly Ring[], frame: Frame): Geometry | null
  /** An object along an open line; null where it would be nothing. */
  ofLine?(line: Ring): Geometry | null
  /** The object without these pixels; null where nothing is left. */
  less?(geometry: Geometry, area: Raster): Geometry | null
  /** Two objects as one; null where they do not touch. */
  join?(geometry: Geometry, other: Geometry): Geometry | null
  /** The object made wider and higher by this much. */
  grow?(geometry: Geometry, dx: number, dy: number, frame: Frame): Geometry
  /** The object turned about its middle, clockwise. */
  turn?(geometry: Geometry, degrees: number): Geometry
  /** The object with the point's next state: seen, out of sight, not there. */
  mark?(geometry: Geometry, grip: Grip): Geometry
  /** The object with the points of its sides exchanged; null where it has no sides. */
  swap?(geometry: Geometry, settings: Settings): Geometry | null
  /** One step of drawing. */
  draw(drawing: OpenDrawing, input: DrawInput): Drawing
  /** The points of an unfinished drawing that are set already. */
  fixed(sketch: Geometry): Ring
  /** An object of about `size_px`, for drawing by keyboard alone. */
  place(centre: Point, size_px: number, frame: Frame, settings: Settings): Geometry
}

const modules = import.meta.glob<{ default: Tool }>('@kinds/*/tool.ts', { eager: true })
export const tools: ReadonlyMap<string, Tool> = new Map(Object.values(modules).map((m) => [m.default.kind, m.default]))

export const isDrawn = (tool: Tool | undefined): tool is DrawnTool => tool !== undefined && 'rings' in tool

export function drawnTool(kind: string): DrawnTool | null {
  const tool = tools.get(kind)
  return isDrawn(tool) ? tool : null
}

/** What the kind is called, in the reader's language where the catalogue has it. */
export function kindTitle(kind: string): string {
  return sayOr(`kind.${kind}`, tools.get(kind)?.title ?? kind)
}

/** The way in which a painted kind is painted now; empty for the plain brush. */
export const wayOf = (kind: string, options: ReadonlySet<string>): string =>
  drawnTool(kind)?.painter?.ways.find(({ name }) => options.has(`${kind}:${name}`))?.name ?? ''

/** Help with drawing: pixels that look alike, the way along edges, a model that is shown where a thing is. */
export const ASSISTS = ['wand', 'wire', 'model'] as const
export type AssistSort = (typeof ASSISTS)[number]

/** Whether objects of the kind can be made with this help. */
export function canAssist(kind: string, sort: AssistSort): boolean {
  const tool = drawnTool(kind)
  return Boolean(sort === 'wire' ? (tool?.ofRings ?? tool?.ofLine) : tool?.ofArea)
}

/** The help that is on for a kind. */
export const assistOf = (kind: string, options: ReadonlySet<string>): AssistSort | null =>
  ASSISTS.find((sort) => options.has(`${kind}:${sort}`) && canAssist(kind, sort)) ?? null

/** Whether the size of the brush matters now. */
export function hasBrush(kind: string, options: ReadonlySet<string>): boolean {
  const painter = drawnTool(kind)?.painter
  const way = wayOf(kind, options)
  if (assistOf(kind, options)) return false
  return painter !== undefined && (painter.ways.find(({ name }) => name === way)?.hasBrush ?? true)
}

/** What a way of painting is called. */
export function wayTitle(kind: string, name: string): string {
  const way = drawnTool(kind)?.painter?.ways.find((one) => one.name === name)
  return sayOr(`kind.${kind}.${name}`, way?.title ?? name)
}

/** What the other way of drawing is called; empty where the kind has none. */
export function optionTitle(kind: string): string {
  return sayOr(`kind.${kind}.option`, drawnTool(kind)?.option?.title ?? '')
}

/** What an object of a form says, in a line: its label, its own summary, or both where labels are questions. */
export function told(field: Pick<Field, 'labels'>, object: Obj): string {
  const summary = tools.get(object.kind)?.summary?.(object) ?? ''
  if (!summary) return object.label
  return field.labels.length > 1 ? `${object.label}: ${summary}` : summary
}

/** The same shape again with its middle at `at`, pushed inside the picture; null for a kind that is not drawn. */
export function repeatGeometry(kind: string, geometry: Geometry, at: Point, frame: Frame): Geometry | null {
  const tool = drawnTool(kind)
  return tool && tool.reshape(geometry, BODY, centreOf(boundsOf(bordersOf(tool, geometry).flat())), at, frame)
}

/** The same shape where it was, pushed inside the picture; null for a kind that is not drawn. */
export function keptInside(kind: string, geometry: Geometry, frame: Frame): Geometry | null {
  const tool = drawnTool(kind)
  return tool && repeatGeometry(kind, geometry, centreOf(boundsOf(bordersOf(tool, geometry).flat())), frame)
}

/** All that is drawn of an object, as closed rings: an open line goes there and back, a point is a ring of one. */
export function bordersOf(tool: DrawnTool, geometry: Geometry, settings: Settings = NO_SETTINGS): readonly Ring[] {
  const lines = tool.lines?.(geometry, settings) ?? []
  const dots = tool.dots?.(geometry) ?? []
  return [
    ...tool.rings(geometry),
    ...lines.map((line): Ring => [...line, ...line.slice(1, -1).toReversed()]),
    ...dots.map(({ at }): Ring => [[at.x, at.y]]),
  ]
}
