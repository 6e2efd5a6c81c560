// @vitest-environment jsdom
import { afterEach, describe, expect, it } from 'vitest'
import type { ShapeSkillShown } from '@/generated/types'
import { sayAllDrawn, sayDrawn } from './drawn'
import { setLanguage } from './language.svelte'

const BOXES: ShapeSkillShown = { field: 'cars', found: 0.94, imagined: 0.03, border: 2.14, unit: 'px', things: 120 }
const SPANS: ShapeSkillShown = { ...BOXES, field: 'drugs', border: 1.4, unit: 'characters' }
const plain = (text: string) => text.replace(/\s/g, ' ')

afterEach(() => setLanguage('en'))

describe('how somebody draws', () => {
  it('is said as what they find, what is none, and how far their borders lie off', () => {
    expect(plain(sayDrawn(BOXES))).toBe('finds 94 % of objects, 3 % of what is marked is none, borders ± 2.1 px')
    expect(plain(sayDrawn(SPANS))).toContain('ends ± 1.4 characters')
  })

  it('leaves the borders out where they were not measured', () => {
    expect(plain(sayDrawn({ ...BOXES, border: null }))).toBe('finds 94 % of objects, 3 % of what is marked is none')
  })

  it('names the field only where there are several', () => {
    expect(sayAllDrawn([BOXES])[0]).not.toContain('cars')
    expect(sayAllDrawn([BOXES, SPANS]).map((one) => one.split(':')[0])).toEqual(['cars', 'drugs'])
  })

  it('is said in Arabic', async () => {
    await setLanguage('ar')

    expect(sayDrawn(BOXES)).not.toMatch(/finds|borders|marked/)
  })
})
