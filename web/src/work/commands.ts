/** The workbench's own actions: each answers whether it did something. */
import { drawnTool } from '@/canvas/tool'
import type { Editor } from '@/work/editor.svelte'
import type { Habits } from '@/work/habits.svelte'

/** What the media can do, whichever it is. */
export interface MediaActions {
  cancel(): boolean
  back(): boolean
  begin(errand: 'cut' | 'join'): void
  fit(): void
  zoomTo(id: string): void
  place(): { at: { x: number; y: number }; frame: { width_px: number; height_px: number }; asset: string } | null
  changePart(): boolean
  moveBorder(border: 'start' | 'end', by: 1 | -1): void
}

interface Around {
  habits: Habits
  media: () => MediaActions | undefined
  openKeys: () => void
  findLabel: () => void
  toQuestions: () => boolean
  /** Whether one object can end a task here. */
  canSingle: boolean
}

export type Commands = Readonly<Record<string, () => boolean>>

export function commandsOf(
  editor: Editor,
  { habits, media, openKeys, findLabel, toQuestions, canSingle }: Around,
): Commands {
  const does = (act: () => void) => (): boolean => {
    act()
    return true
  }
  const toObject = (act: () => void) => (): boolean => {
    if (!editor.selected) return false
    act()
    return true
  }
  const border = (which: 'start' | 'end', by: 1 | -1) => toObject(() => media()?.moveBorder(which, by))
  const toolOf = (kind: string): [string, () => boolean] => [
    `tool_${kind}`,
    does(() => {
      editor.setTool(kind)
      if (drawnTool(kind)?.painter) habits.takeWay(kind, '')
    }),
  ]
  const optionOf = (kind: string): [string, () => boolean] => [
    `option_${kind}`,
    does(() => option(editor, habits, kind)),
  ]
  return {
    ...Object.fromEntries(editor.drawnFields.map(({ kind }) => toolOf(kind))),
    ...Object.fromEntries(
      editor.drawnFields.filter(({ kind }) => drawnTool(kind)?.option).map((f) => optionOf(f.kind)),
    ),
    ...waysOf(editor, habits),
    undo: () => (media()?.back() ?? false) || editor.undo(),
    redo: () => editor.redo(),
    delete: toObject(() => editor.remove()),
    duplicate: does(() => editor.duplicate()),
    copy: () => (getSelection()?.isCollapsed === false ? false : toObject(() => editor.copy())()),
    paste: does(() => editor.paste('copied', media()?.place() ?? null)),
    repeat: does(() => editor.paste('last', media()?.place() ?? null)),
    repeat_answer: () => {
      const where = media()?.place()
      return where ? editor.takeAnswered(where.asset, where.frame) > 0 : false
    },
    ...errandsOf(editor, media),
    ...joinsOf(editor),
    part: () => media()?.changePart() ?? false,
    characters: does(() => habits.toggleExact()),
    ...(canSingle ? { single: does(() => habits.toggleSingle()) } : {}),
    cancel: does(() => cancel(editor, media())),
    next_object: () => editor.walk(1),
    previous_object: () => editor.walk(-1),
    attribute_mode: does(() => attributeMode(editor)),
    toggle_flag: toObject(() => editor.toggleFlag()),
    hide: toObject(() => editor.toggleHidden()),
    lock: toObject(() => editor.toggleLocked()),
    hide_all: does(() => editor.toggleAllHidden()),
    solo: does(() => editor.toggleSolo()),
    lock_all: does(() => editor.toggleAllLocked()),
    find_label: does(findLabel),
    questions: toQuestions,
    keys: does(openKeys),
    select_tool: does(() => editor.setTool('select')),
    raise: toObject(() => editor.restack(1)),
    lower: toObject(() => editor.restack(-1)),
    fit: does(() => media()?.fit()),
    end_later: border('end', 1),
    end_earlier: border('end', -1),
    start_later: border('start', 1),
    start_earlier: border('start', -1),
  }
}

/** The ways of painting, and the size of the brush, where a kind is painted. */
function waysOf(editor: Editor, habits: Habits): Commands {
  const painted = editor.drawnFields.filter(({ kind }) => drawnTool(kind)?.painter).map(({ kind }) => kind)
  if (!painted.length) return {}
  const size = (by: 1 | -1) => (): boolean => {
    habits.sizeBrush(by)
    return true
  }
  const ways = painted.flatMap((kind) =>
    (drawnTool(kind)?.painter?.ways ?? []).map(({ name }): [string, () => boolean] => [
      `way_${kind}_${name}`,
      () => {
        editor.setTool(kind)
        habits.takeWay(kind, name)
        return true
      },
    ]),
  )
  return { ...Object.fromEntries(ways), brush_smaller: size(-1), brush_larger: size(1) }
}

/** Only where objects can be joined: two, or any number. */
function joinsOf(editor: Editor): Commands {
  const press = (how: 'pair' | 'set') => (): boolean => editor.joining.press(how)
  return {
    ...(editor.joining.fieldFor('pair') ? { relate: press('pair'), relate_shapes: press('pair') } : {}),
    ...(editor.joining.fieldFor('set') ? { group: press('set') } : {}),
  }
}

/** Only where something can be cut or joined. */
function errandsOf(editor: Editor, media: () => MediaActions | undefined): Commands {
  const sorts = (['cut', 'join'] as const).filter((sort) =>
    editor.drawnFields.some((one) => drawnTool(one.kind)?.[sort]),
  )
  const begin = (sort: 'cut' | 'join') => (): boolean => {
    media()?.begin(sort)
    return true
  }
  return Object.fromEntries(sorts.map((sort) => [sort, begin(sort)]))
}

/** One thing at a time: the gesture, the mode, the label in hand, the selection. */
function cancel(editor: Editor, media: MediaActions | undefined): void {
  if (media?.cancel() || editor.joining.leave()) return
  if (editor.isAttributeMode) editor.setAttributeMode(false)
  else if (editor.selectedId) editor.selectedId = null
  else editor.disarm()
}

/** The other way of drawing, and the tool in hand for it. */
function option(editor: Editor, habits: Habits, kind: string): void {
  habits.toggleOption(kind)
  editor.setTool(kind)
}

function attributeMode(editor: Editor): void {
  editor.setAttributeMode(!editor.isAttributeMode)
  if (editor.isAttributeMode && !editor.selectedId) editor.walk(1)
}

/** Whether keys are text here. */
export function isTyping(target: Element | null): boolean {
  const field = target?.closest('input, textarea, select, [contenteditable="true"]')
  return Boolean(field) && !(field instanceof HTMLInputElement && ['checkbox', 'radio'].includes(field.type))
}
