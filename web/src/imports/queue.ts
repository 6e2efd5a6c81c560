/** The upload queue: which files go next, together with which, and what became of each. No clock, disk or network. */

export type FileState = 'waiting' | 'sending' | 'done' | 'rejected' | 'failed'

/** A file by its place in the folder; the same path, size and time are the same file. */
export interface FileFacts {
  readonly path: string
  readonly size: number
  readonly mtime: number
}

export interface FileRecord extends FileFacts {
  readonly state: FileState
  readonly tries: number
  /** Not before this time (ms); 0: at once. */
  readonly notBefore: number
  readonly reason: string
}

/** Files that travel in one request; a raw file travels alone, as it is. */
export interface Batch {
  readonly raw: boolean
  readonly files: readonly FileFacts[]
  readonly bytes: number
}

export interface Limits {
  readonly files: number
  readonly bytes: number
  readonly inFlight: number
  readonly tries: number
}

export const LIMITS: Limits = { files: 20, bytes: 16 * 2 ** 20, inFlight: 3, tries: 6 }

export interface Totals {
  readonly files: number
  readonly bytes: number
  readonly done: number
  readonly doneBytes: number
  readonly rejected: number
  readonly failed: number
  readonly sending: number
}

const ARCHIVE = /\.(zip|tar|tar\.(gz|bz2|xz)|tgz|tbz2?|txz)$/i
const LIST = /\.(csv|tsv|jsonl|ndjson|json)$/i

/** Files that hold others. */
export const isArchive = (path: string): boolean => ARCHIVE.test(path)

/** Archives, tables, single text lists and very large files are sent alone and read by the server as a whole. */
export function isRaw(file: FileFacts, limits: Limits = LIMITS): boolean {
  const isLoneText = /\.txt$/i.test(file.path) && !file.path.includes('/')
  return isArchive(file.path) || LIST.test(file.path) || isLoneText || file.size > limits.bytes
}

/** Files that systems leave in folders: hidden ones, `__MACOSX`, Thumbs.db, desktop.ini. */
export function isLitter(path: string): boolean {
  return path.split('/').some((part) => /^\.|^__MACOSX$|^Thumbs\.db$|^desktop\.ini$/i.test(part))
}

/** How long to wait after the n-th failure: 1, 2, 4 … at most 60 s. */
export function waitAfter(tries: number): number {
  return Math.min(60_000, 1000 * 2 ** Math.max(0, tries - 1))
}

/** One import's files in their order. Every change is also noted for `takeChanged`, so that it can be kept on disk. */
export class UploadQueue {
  private readonly records = new Map<string, FileRecord>()
  private readonly changed = new Set<string>()
  private waiting: string[] = []
  private inFlight = 0
  private sums = { files: 0, bytes: 0, done: 0, doneBytes: 0, rejected: 0, failed: 0, sending: 0 }

  constructor(private readonly limits: Limits = LIMITS) {}

  /** Put back what an earlier page kept; what was on its way then is sent again. */
  restore(records: Iterable<FileRecord>): void {
    for (const record of records) {
      const state = record.state === 'sending' ? 'waiting' : record.state
      this.put({ ...record, state, notBefore: 0 })
    }
    this.changed.clear()
  }

  /** Take files in; those that are known and unchanged are left as they are, and counted. */
  add(files: Iterable<FileFacts>): { added: number; known: number } {
    let [added, known] = [0, 0]
    for (const { path, size, mtime } of files) {
      const before = this.records.get(path)
      if (before && before.size === size && before.mtime === mtime) known++
      else {
        this.put({ path, size, mtime, state: 'waiting', tries: 0, notBefore: 0, reason: '' })
        added++
      }
    }
    return { added, known }
  }

  /** The next batch of those for which `isAtHand`, or null while none may go. */
  take(now: number, isAtHand: (path: string) => boolean = () => true): Batch | null {
    if (this.inFlight >= this.limits.inFlight) return null
    const batch = this.pick(now, isAtHand)
    if (!batch) return null
    this.inFlight++
    for (const { path } of batch.files) this.change(path, { state: 'sending' })
    return batch
  }

  private pick(now: number, isAtHand: (path: string) => boolean): Batch | null {
    const files: FileRecord[] = []
    const left: string[] = []
    let [bytes, looked] = [0, 0]
    for (const path of this.waiting) {
      looked++
      const record = this.records.get(path)
      if (!record || record.state !== 'waiting') continue
      const raw = isRaw(record, this.limits)
      const fits = !files.length || (!raw && bytes + record.size <= this.limits.bytes)
      if (record.notBefore > now || !fits || !isAtHand(path)) {
        left.push(path)
        continue
      }
      files.push(record)
      bytes += record.size
      if (raw || files.length === this.limits.files) break
    }
    this.waiting = looked === this.waiting.length ? left : left.concat(this.waiting.slice(looked))
    const [first] = files
    return first ? { raw: isRaw(first, this.limits), files, bytes } : null
  }

  /** The server has read the batch; `rejected` says what it did not take, by path. */
  settle(batch: Batch, rejected: ReadonlyMap<string, string>): void {
    this.inFlight--
    for (const { path } of batch.files) {
      const reason = rejected.get(path)
      this.change(path, reason === undefined ? { state: 'done', reason: '' } : { state: 'rejected', reason })
    }
  }

  /** The batch did not arrive. It is tried again later, unless `isFinal` or it was tried often enough. */
  fail(batch: Batch, reason: string, now: number, isFinal = false): void {
    this.inFlight--
    for (const { path } of batch.files) {
      const tries = (this.records.get(path)?.tries ?? 0) + 1
      const over = isFinal || tries >= this.limits.tries
      this.change(path, over ? { state: 'failed', tries, reason } : this.later(tries, reason, now))
    }
  }

  private later(tries: number, reason: string, now: number): Partial<FileRecord> {
    return { state: 'waiting', tries, reason, notBefore: now + waitAfter(tries) }
  }

  /** The batch was taken back before it was sent whole (a pause, or nobody signed in); it counts as no try. */
  putBack(batch: Batch): void {
    this.inFlight--
    for (const { path } of batch.files) this.change(path, { state: 'waiting' })
  }

  /** Send again what was rejected or failed; all of it, or these paths. */
  retry(paths?: ReadonlySet<string>): number {
    const again = [...this.records.values()].filter(
      (r) => (r.state === 'rejected' || r.state === 'failed') && (!paths || paths.has(r.path)),
    )
    for (const { path } of again) this.change(path, { state: 'waiting', tries: 0, notBefore: 0, reason: '' })
    return again.length
  }

  /** When the next waiting file may go (ms), or null when none waits. */
  nextAt(): number | null {
    let soonest: number | null = null
    for (const path of this.waiting) {
      const record = this.records.get(path)
      if (record?.state === 'waiting') soonest = Math.min(soonest ?? Infinity, record.notBefore)
      if (soonest === 0) break
    }
    return soonest
  }

  get totals(): Totals {
    return { ...this.sums }
  }

  /** Nothing waits and nothing is on its way. */
  get isOver(): boolean {
    return this.sums.files > 0 && this.sums.done + this.sums.rejected + this.sums.failed === this.sums.files
  }

  /** Those not taken, at most `most`. */
  notTaken(most = 1000): FileRecord[] {
    const found: FileRecord[] = []
    for (const record of this.records.values()) {
      if (record.state === 'rejected' || record.state === 'failed') found.push(record)
      if (found.length === most) break
    }
    return found
  }

  /** Waiting files that are not at hand: after a reload, those whose folder must be given again. */
  missing(isAtHand: (path: string) => boolean): number {
    return this.waiting.filter((path) => this.records.get(path)?.state === 'waiting' && !isAtHand(path)).length
  }

  /** What changed since the last call. */
  takeChanged(): FileRecord[] {
    const found = [...this.changed].flatMap((path) => this.records.get(path) ?? [])
    this.changed.clear()
    return found
  }

  private change(path: string, change: Partial<FileRecord>): void {
    const record = this.records.get(path)
    if (record) this.put({ ...record, ...change })
  }

  private put(record: FileRecord): void {
    const before = this.records.get(record.path)
    if (before) this.count(before, -1)
    this.count(record, 1)
    this.records.set(record.path, record)
    this.changed.add(record.path)
    if (record.state === 'waiting' && before?.state !== 'waiting') this.waiting.push(record.path)
  }

  private count(record: FileRecord, by: 1 | -1): void {
    this.sums.files += by
    this.sums.bytes += by * record.size
    if (record.state === 'waiting') return
    this.sums[record.state] += by
    if (record.state !== 'sending') this.sums.doneBytes += by * record.size
  }
}
