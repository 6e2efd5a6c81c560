/** How fast it goes: files and bytes a second over the last 15 s, and the time left at that pace. */

interface Sample {
  readonly at: number
  readonly files: number
  readonly bytes: number
}

export interface Pace {
  files_per_second: number
  bytes_per_second: number
  /** null while it cannot be told. */
  seconds_left: number | null
}

const WINDOW_MS = 15_000

/** The samples with one more (running sums at `at`), without those older than the window. */
export function sampled(samples: readonly Sample[], next: Sample): Sample[] {
  const fresh = samples.filter((s) => next.at - s.at <= WINDOW_MS)
  return [...fresh, next]
}

/** The pace over the samples; the time left goes by bytes, which vary more between files than files do. */
export function pace(samples: readonly Sample[], bytesLeft: number): Pace | null {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last || last.at - first.at < 500) return null
  const seconds = (last.at - first.at) / 1000
  const bytes = (last.bytes - first.bytes) / seconds
  return {
    files_per_second: (last.files - first.files) / seconds,
    bytes_per_second: bytes,
    seconds_left: bytes > 0 ? bytesLeft / bytes : null,
  }
}
