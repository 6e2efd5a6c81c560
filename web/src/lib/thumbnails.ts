/** Small pictures for the grid: in the order wished, a few at a time; what scrolled away is not fetched. */

type Done = (image: HTMLImageElement) => void
interface Wish {
  readonly sha256: string
  readonly done: Set<Done>
}

const AT_ONCE = 6
const KEEP = 600
const kept = new Map<string, HTMLImageElement>()
const waiting: Wish[] = []
const running = new Map<string, Wish>()

function remember(sha256: string, image: HTMLImageElement): void {
  kept.delete(sha256)
  kept.set(sha256, image)
  const oldest = kept.keys().next().value
  if (kept.size > KEEP && oldest !== undefined) kept.delete(oldest)
}

async function fetchOne(wish: Wish): Promise<void> {
  const image = new Image()
  image.src = `/api/blobs/${wish.sha256}/thumbnail`
  try {
    await image.decode()
    remember(wish.sha256, image)
    for (const done of wish.done) done(image)
  } catch {
    // a picture that cannot be shown stays an empty frame; its item says why when it is opened
  } finally {
    running.delete(wish.sha256)
    next()
  }
}

function next(): void {
  while (running.size < AT_ONCE) {
    const wish = waiting.shift()
    if (!wish) return
    if (!wish.done.size) continue
    running.set(wish.sha256, wish)
    void fetchOne(wish)
  }
}

/** Calls `done` with the decoded thumbnail, at once where it is kept. Returns what takes the wish back. */
export function wishThumbnail(sha256: string, done: Done): () => void {
  const there = kept.get(sha256)
  if (there) {
    remember(sha256, there)
    done(there)
    return () => {}
  }
  let wish = running.get(sha256) ?? waiting.find((one) => one.sha256 === sha256)
  if (!wish) {
    wish = { sha256, done: new Set() }
    waiting.push(wish)
  }
  wish.done.add(done)
  next()
  return () => wish.done.delete(done)
}
