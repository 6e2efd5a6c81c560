import { expect, test } from 'vitest'
import type { AnnotatorRow } from '../generated/types'
import { plotAnnotators } from './plot'
import { moved } from './steps'
import { viewOf, viewsFor } from './views'

const FRAME = { left: 0, right: 100, top: 0, bottom: 100 }

function annotator(name: string, share: number | null, seconds: number | null): AnnotatorRow {
  return {
    person_id: name,
    name,
    sort: name === 'Bot' ? 'model' : 'human',
    answers: 40,
    returned: 0,
    accuracy: share === null ? null : { share, low: share - 0.05, high: share + 0.02, answers: 40, basis: 'skill' },
    pace: seconds === null ? null : { seconds, low: seconds - 1, high: seconds + 1, timed: 40 },
    shapes: [],
  }
}

test('who is known by both figures is a point whose bars lie inside the plot, the others are counted', () => {
  const plot = plotAnnotators([annotator('Ana', 0.7, 4), annotator('Bot', 0.95, 9), annotator('Cy', null, 3)], FRAME)

  expect(plot.points.map((point) => [point.name, point.isModel]).sort()).toEqual([
    ['Ana', false],
    ['Bot', true],
  ])
  expect(plot.left_out).toBe(1)
  for (const point of plot.points) {
    expect(point.y_high).toBeLessThan(point.y)
    expect(point.y_low).toBeLessThanOrEqual(100)
    expect(point.x_high).toBeLessThanOrEqual(100)
  }
})

test('arrows move inside the table and stop at its ends, mirrored where lines begin at the right', () => {
  expect(moved({ row: 0, column: 0 }, 'ArrowUp', 3, 3, false)).toEqual({ row: 0, column: 0 })
  expect(moved({ row: 0, column: 1 }, 'ArrowRight', 3, 3, false)).toEqual({ row: 0, column: 2 })
  expect(moved({ row: 0, column: 1 }, 'ArrowRight', 3, 3, true)).toEqual({ row: 0, column: 0 })
  expect(moved({ row: 2, column: 1 }, 'End', 3, 3, false)).toEqual({ row: 2, column: 2 })
  expect(moved({ row: 2, column: 1 }, 'a', 3, 3, false)).toBeNull()
})

test('a view that a role may not see is the summary', () => {
  expect(viewOf('cost', 'manager')).toBe('cost')
  expect(viewOf('cost', 'reviewer')).toBe('summary')
  expect(viewOf(undefined, 'owner')).toBe('summary')
  expect(viewOf('gold', 'manager')).toBe('gold')
  expect(viewOf('gold', 'reviewer')).toBe('summary')
  expect(viewsFor('reviewer').map((view) => view.name)).not.toContain('signals')
})
