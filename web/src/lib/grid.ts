/** Where a long list is on the screen: which rows show, and where the arrows lead. Pure. */

export interface Layout {
  readonly columns: number
  readonly row_px: number
  readonly cell_px: number // width
}

const CELL_PX = 176
const GRID_ROW_PX = 184
const TABLE_ROW_PX = 32 // a million rows stay below the 33 million pixels that browsers can scroll

export function layoutOf(look: 'grid' | 'table', width_px: number): Layout {
  if (look === 'table') return { columns: 1, row_px: TABLE_ROW_PX, cell_px: width_px }
  const columns = Math.max(2, Math.floor(width_px / CELL_PX))
  return { columns, row_px: GRID_ROW_PX, cell_px: Math.floor(width_px / columns) }
}

/** The entries of the rows that touch the window, with `spare` rows above and below; `to` is not included. */
export function visible(
  layout: Layout,
  scroll_px: number,
  height_px: number,
  count: number,
  spare = 2,
): { from: number; to: number } {
  const first = Math.max(0, Math.floor(scroll_px / layout.row_px) - spare)
  const last = Math.ceil((scroll_px + height_px) / layout.row_px) + spare
  return { from: Math.min(first * layout.columns, count), to: Math.min(last * layout.columns, count) }
}

/** The most entries that `visible` gives: as many places are made once and then only filled anew while scrolling. */
export function placesOf(layout: Layout, height_px: number, spare = 2): number {
  return (Math.ceil(height_px / layout.row_px) + 2 * spare + 2) * layout.columns
}

/** Where a key leads from `at`; null when the key is not one that moves. */
export function moved(key: string, at: number, layout: Layout, height_px: number, count: number): number | null {
  const page = Math.max(1, Math.floor(height_px / layout.row_px) - 1) * layout.columns
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -layout.columns,
    ArrowDown: layout.columns,
    PageUp: -page,
    PageDown: page,
    Home: -at,
    End: count - 1 - at,
  }
  const step = steps[key]
  if (step === undefined || count === 0) return null
  return Math.min(count - 1, Math.max(0, at + step))
}

/** The scroll position that shows the entry, moved as little as possible. */
export function scrollTo(at: number, layout: Layout, scroll_px: number, height_px: number): number {
  const top = Math.floor(at / layout.columns) * layout.row_px
  if (top < scroll_px) return top
  if (top + layout.row_px > scroll_px + height_px) return top + layout.row_px - height_px
  return scroll_px
}
