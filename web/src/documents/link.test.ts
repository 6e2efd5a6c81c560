import { expect, test } from 'vitest'
import { documentLink, wantedDocument } from './link'

test('an address leads to the version and the view that it was made from', () => {
  for (const version of [null, 1, 12]) {
    for (const isChanges of [false, true]) {
      const link = documentLink('proj_1', 'guideline', { version, isChanges })

      expect(new URL(link, 'http://x').pathname).toBe('/projects/proj_1/guideline')
      expect(wantedDocument(new URL(link, 'http://x').search)).toEqual({ version, isChanges })
    }
  }
})

test('a version that is no number is the one in force', () => {
  for (const query of ['', '?version=', '?version=two', '?version=-1', '?version=1e5', '?view=text']) {
    expect(wantedDocument(query)).toEqual({ version: null, isChanges: false })
  }
})
