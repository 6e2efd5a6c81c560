/** Pictures and the labels beside them travel together: a folder that holds labels is sent as one archive. */
import { isArchive } from './queue'
import { tarOf } from './tar'
import type { Found, Seen } from './walk'

const HEAD_BYTES = 64 * 1024
/** JSON files of one upload that are looked into. */
const LOOKED_AT = 50

/** The folder that was given, by the first part of a path; '' for files given by themselves. */
export const rootOf = (path: string): string => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '')

/** Labels that a name tells: YOLO's list of names or its folder of texts, our own records. */
const LABELS = /(^|\/)(data\.ya?ml|records\.jsonl|items\.csv|labels\/.*\.txt)$/i
const PICTURE = /\.(jpe?g|png|webp|gif|bmp|tiff?)$/i

/** Whether the first bytes of a JSON file are those of COCO: one of its lists is opened. */
export function looksLikeCoco(head: string): boolean {
  return /^\s*\{/.test(head) && /"(images|annotations|categories)"\s*:\s*\[/.test(head)
}

/** The roots in which there are pictures, and labels that have to be read together with them. */
export async function labelledRoots(found: AsyncIterable<Found>): Promise<Set<string>> {
  const [withPictures, withLabels] = [new Set<string>(), new Set<string>()]
  let looked = 0
  for await (const { path, open } of found) {
    const root = rootOf(path)
    if (PICTURE.test(path)) withPictures.add(root)
    else if (LABELS.test(path)) withLabels.add(root)
    else if (/\.json$/i.test(path) && looked < LOOKED_AT) {
      looked++
      if (looksLikeCoco(await (await open()).slice(0, HEAD_BYTES).text())) withLabels.add(root)
    }
  }
  return new Set([...withLabels].filter((root) => withPictures.has(root)))
}

/** What is sent: each file by itself, but the files of `roots` as one archive each; archives stay what they are. */
export async function* bundled(
  found: AsyncIterable<Found>,
  roots: { has(root: string): boolean },
  loose: string,
): AsyncIterable<Seen> {
  const bundles = new Map<string, Seen[]>()
  for await (const { path, open } of found) {
    const seen = { path, file: await open() }
    const root = rootOf(path)
    if (isArchive(path) || !roots.has(root)) {
      yield seen
      continue
    }
    const bundle = bundles.get(root)
    if (bundle) bundle.push(seen)
    else bundles.set(root, [seen])
  }
  for (const [root, files] of bundles) {
    const path = `${root || loose}.tar`
    yield { path, file: tarOf(path, files) }
  }
}
