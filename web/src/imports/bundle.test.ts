import { expect, it } from 'vitest'
import { bundled, labelledRoots, looksLikeCoco, rootOf } from './bundle'
import { tarOf } from './tar'
import type { Found, Seen } from './walk'

async function* given(files: Record<string, string>): AsyncIterable<Found> {
  for (const [path, text] of Object.entries(files)) {
    yield { path, open: () => Promise.resolve(new File([text], path, { lastModified: 7 })) }
  }
}

const COCO = '{"info": {}, "images": [{"id": 1}]}'

it('finds the folders whose labels need their pictures', async () => {
  const files = {
    'nuts/0.jpg': '',
    'nuts/annotations.json': COCO,
    'plain/1.jpg': '',
    'plain/camera.json': '{"lens": "35 mm"}',
    'lists/annotations.json': COCO,
    'yolo/images/2.png': '',
    'yolo/labels/2.txt': '0 .5 .5 .1 .1',
  }

  expect([...(await labelledRoots(given(files)))]).toEqual(['nuts', 'yolo'])
})

it('knows COCO by one of its lists, whatever stands before it', () => {
  expect(looksLikeCoco(' {"info": {"year": 2020},\n "categories" : [')).toBe(true)
  expect(looksLikeCoco('[{"images": []}]')).toBe(false)
  expect(looksLikeCoco('{"images": 3}')).toBe(false)
})

it('sends a labelled folder as one archive, archives and the rest as they are', async () => {
  const files = { 'a/0.jpg': 'x', 'a/more.zip': 'z', 'b/1.jpg': 'y', 'a/l.json': COCO, 'top.jpg': '' }
  const sent: Seen[] = []
  for await (const seen of bundled(given(files), new Set(['a']), 'loose')) sent.push(seen)

  expect(sent.map(({ path }) => path)).toEqual(['a/more.zip', 'b/1.jpg', 'top.jpg', 'a.tar'])
  expect(rootOf('top.jpg')).toBe('')
})

it('names files given by themselves after the import', async () => {
  const sent: Seen[] = []
  for await (const seen of bundled(given({ '0.jpg': '', 'l.json': COCO }), new Set(['']), 'nuts')) sent.push(seen)

  expect(sent.map(({ path, file }) => [path, file.name])).toEqual([['nuts.tar', 'nuts.tar']])
})

it('an archive is whole blocks: header, bytes, filling, and two empty ones at its end', async () => {
  const long = `${'d'.repeat(120)}/ü.jpg`
  const files = ['a/0.jpg', long].map((path) => ({ path, file: new File(['abc'], path, { lastModified: 7 }) }))
  const tar = tarOf('a.tar', files)
  const bytes = new Uint8Array(await tar.arrayBuffer())
  const text = new TextDecoder().decode(bytes)

  expect(tar.lastModified).toBe(7)
  expect(bytes.length).toBe(512 * (2 + 2 + 2 + 2))
  expect(text.slice(512, 515)).toBe('abc')
  expect(text).toContain(`137 path=${long}\n`)
  expect(bytes.slice(-1024).every((byte) => byte === 0)).toBe(true)
})
