/** Where the arrow keys lead in a table of cells. */

export interface Place {
  readonly row: number
  readonly column: number
}

/** The cell after a key, or null where the key is not about moving. `isRtl`: the first column is at the right. */
export function moved(at: Place, key: string, rows: number, columns: number, isRtl: boolean): Place | null {
  const forward = isRtl ? -1 : 1
  const steps: Record<string, Place> = {
    ArrowUp: { row: at.row - 1, column: at.column },
    ArrowDown: { row: at.row + 1, column: at.column },
    ArrowLeft: { row: at.row, column: at.column - forward },
    ArrowRight: { row: at.row, column: at.column + forward },
    Home: { row: at.row, column: 0 },
    End: { row: at.row, column: columns - 1 },
  }
  const to = steps[key]
  if (!to) return null
  return { row: clamp(to.row, rows), column: clamp(to.column, columns) }
}

const clamp = (value: number, count: number): number => Math.min(Math.max(0, value), Math.max(0, count - 1))
