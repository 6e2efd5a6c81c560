import { describe, expect, it } from 'vitest'
import { cutOut, divided, joined, type Area } from '../clip'
import { areaOf, isInside, type Ring, type XY } from '../geometry'
import { seeded } from './random'

const square = (x: number, y: number, side: number): Ring => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
]
const size = (areas: readonly Area[]) =>
  areas.reduce((sum, [outer = [], ...holes]) => sum + areaOf(outer) - holes.reduce((n, h) => n + areaOf(h), 0), 0)
const sorted = (ring: Ring | undefined) => [...(ring ?? [])].sort(([a, b], [c, d]) => a - c || b - d)

describe('cutting', () => {
  it('a line across makes two', () => {
    const parts = divided(
      [square(0, 0, 100)],
      [
        [30, -5],
        [30, 105],
      ],
    )

    expect(parts?.map(([ring]) => sorted(ring))).toEqual([
      [
        [30, 0],
        [30, 100],
        [100, 0],
        [100, 100],
      ],
      [
        [0, 0],
        [0, 100],
        [30, 0],
        [30, 100],
      ],
    ])
  })

  it('a line that ends on the border divides, one that ends inside or passes by does not', () => {
    const area = [square(0, 0, 100)]
    expect(
      divided(area, [
        [0, 50],
        [40, 60],
        [100, 50],
      ]),
    ).toHaveLength(2)
    expect(
      divided(area, [
        [-5, 50],
        [60, 50],
      ]),
    ).toBeNull()
    expect(
      divided(area, [
        [-5, -5],
        [60, -5],
      ]),
    ).toBeNull()
    expect(divided(area, [[5, 5]])).toBeNull()
  })

  it('the end of a line that stays inside leaves no slit', () => {
    const line: Ring = [
      [30, -5],
      [30, 105],
      [60, 105],
      [60, 50],
    ]

    const parts = divided([square(0, 0, 100)], line)

    expect(parts?.map(([ring]) => areaOf(ring ?? []))).toEqual([7000, 3000])
    expect(parts?.flat(2).filter(([, y]) => y > 0 && y < 100)).toEqual([])
  })

  it('an area is taken out: at the border, in the middle as a hole, in two', () => {
    const area = [square(0, 0, 100)]
    expect(cutOut(area, square(80, 80, 50))?.map(([ring]) => areaOf(ring ?? []))).toEqual([9600])
    expect(cutOut(area, square(40, 40, 20))).toEqual([[expect.anything(), expect.anything()]])
    expect(
      cutOut(area, [
        [40, -5],
        [60, -5],
        [60, 105],
        [40, 105],
      ]),
    ).toHaveLength(2)
  })

  it('is nothing beside the object, and leaves nothing where all is covered', () => {
    expect(cutOut([square(0, 0, 100)], square(200, 200, 50))).toBeNull()
    expect(cutOut([square(0, 0, 100)], square(-5, -5, 200))).toEqual([])
  })

  it('a hole stays a hole, and opens where the line meets it', () => {
    const holed = [square(0, 0, 100), square(40, 40, 20)]

    const parts = divided(holed, [
      [50, -5],
      [50, 105],
    ])

    expect(parts?.map(({ length }) => length)).toEqual([1, 1])
    expect(size(parts ?? [])).toBeCloseTo(9600, 0)
  })
})

describe('joining', () => {
  it('makes one outline of two that overlap or share a border', () => {
    expect(size([joined([square(0, 0, 100)], [square(50, 0, 100)]) ?? []])).toBe(15_000)
    expect(joined([square(0, 0, 100)], [square(100, 0, 100)])?.[0]).toHaveLength(4)
  })

  it('is nothing for two that lie apart', () => {
    expect(joined([square(0, 0, 100)], [square(101, 0, 100)])).toBeNull()
  })

  it('closes a ring around a hole', () => {
    const u: Ring = [
      [0, 0],
      [100, 0],
      [100, 100],
      [60, 100],
      [60, 40],
      [40, 40],
      [40, 100],
      [0, 100],
    ]

    expect(
      joined(
        [u],
        [
          [
            [30, 80],
            [70, 80],
            [70, 100],
            [30, 100],
          ],
        ],
      ),
    ).toHaveLength(2)
  })
})

it('whatever the outline and the line, no area is lost and every part lies in the outline', () => {
  const random = seeded(23)
  const near = (at: number, by: number) => Math.round((at + (random() - 0.5) * by) * 10) / 10
  let cuts = 0
  for (let i = 0; i < 200; i++) {
    const outline = Array.from({ length: 40 }, (_, n): XY => {
      const angle = (n / 40) * 2 * Math.PI,
        reach = 80 + random() * 80
      return [near(200 + reach * Math.cos(angle), 0), near(200 + reach * Math.sin(angle), 0)]
    })
    const line: Ring = [
      [near(200, 60), 0],
      [near(200, 90), near(200, 90)],
      [near(200, 60), 400],
    ]

    const parts = divided([outline], line) ?? []

    cuts += parts.length
    expect(Math.abs(size(parts) - areaOf(outline)), `outline ${i}`).toBeLessThan(60)
    for (const [ring = []] of parts)
      for (const [x, y] of ring) {
        const middle = { x: x + (200 - x) * 1e-3, y: y + (200 - y) * 1e-3 }
        const isNear = [
          [0, 0],
          [0.3, 0],
          [-0.3, 0],
          [0, 0.3],
          [0, -0.3],
        ].some(([dx = 0, dy = 0]) => isInside([outline], { x: middle.x + dx, y: middle.y + dy }))
        expect(isNear, `${x}, ${y} of outline ${i}`).toBe(true)
      }
  }
  expect(cuts).toBeGreaterThan(400)
})
