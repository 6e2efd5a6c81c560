import { describe, expect, it } from 'vitest'
import { moved, pairedByName, renamed, tied, withPoint, without, type Template } from '@kinds/skeleton/template'

const FACE: Template = {
  points: ['left eye', 'right eye', 'nose'].map((name) => ({ name, x_share: 0.5, y_share: 0.5 })),
  edges: [['left eye', 'nose']],
  swaps: [['left eye', 'right eye']],
}

describe('the template of skeletons', () => {
  it('gains a point under a free name, inside its box', () => {
    const two = withPoint(withPoint({ points: [{ name: '2', x_share: 0, y_share: 0 }], edges: [], swaps: [] }, 2, -1), 0.1234, 1)

    expect(two.points.map(({ name }) => name)).toEqual(['2', '3', '4'])
    expect(two.points.slice(1)).toMatchObject([{ x_share: 1, y_share: 0 }, { x_share: 0.123, y_share: 1 }])
    expect(moved(FACE, 'nose', 0.2, 3).points[2]).toEqual({ name: 'nose', x_share: 0.2, y_share: 1 })
  })

  it('keeps ties with a point that is renamed, and loses them with one that goes', () => {
    expect(renamed(FACE, 'left eye', 'l')).toMatchObject({ edges: [['l', 'nose']], swaps: [['l', 'right eye']] })
    expect(renamed(FACE, 'left eye', 'nose')).toBe(FACE)
    expect(without(FACE, 'left eye')).toMatchObject({ edges: [], swaps: [] })
  })

  it('ties two points once, whichever is first, and unties them again', () => {
    expect(tied(FACE, 'nose', 'left eye').edges).toEqual([])
    expect(tied(FACE, 'nose', 'right eye').edges).toHaveLength(2)
    expect(tied(FACE, 'nose', 'nose')).toBe(FACE)
  })

  it('finds the sides by their names', () => {
    const names = ['left_eye', 'right_eye', 'Left hand', 'Right hand', 'l-foot', 'r-foot', 'left ear', 'nose']
    const points = names.map((name) => ({ name, x_share: 0, y_share: 0 }))

    expect(pairedByName({ points, edges: [], swaps: [] }).swaps).toEqual([
      ['left_eye', 'right_eye'],
      ['Left hand', 'Right hand'],
      ['l-foot', 'r-foot'],
    ])
  })
})
