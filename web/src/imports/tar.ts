/** Files as one tar archive, put together from where they lie: no byte of them is read before it is sent. */
import type { Seen } from './walk'

const BLOCK_BYTES = 512
const MOST_OCTAL_BYTES = 8 ** 11
const utf8 = new TextEncoder()

/** One block that says what follows; numbers are octal, the checksum is over the block with spaces in its place. */
function header(name: Uint8Array, size: number, sort: '0' | 'x'): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK_BYTES)
  const put = (at: number, text: string) => block.set(utf8.encode(text), at)
  block.set(name.subarray(0, 100))
  put(100, '0000644\0' + '0000000\0'.repeat(2) + `${size.toString(8).padStart(11, '0')}\0` + '00000000000\0')
  put(148, ' '.repeat(8) + sort)
  put(257, 'ustar\x0000')
  const sum = block.reduce((total, byte) => total + byte, 0)
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `)
  return block
}

const filled = (size: number) => new Uint8Array((BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES)

/** `<its own length> key=value\n`, the length counted with its own digits. */
function paxLine(key: string, value: string): Uint8Array<ArrayBuffer> {
  const rest = ` ${key}=${value}\n`
  const bytes = utf8.encode(rest).length
  let length = bytes + 1
  while (String(length).length + bytes !== length) length = String(length).length + bytes
  return utf8.encode(length + rest)
}

/** The headers of one file; a name or size that the old header has no room for stands in a pax header before it. */
function* headersOf(path: string, size: number): Iterable<Uint8Array<ArrayBuffer>> {
  const name = utf8.encode(path)
  const isSmall = size < MOST_OCTAL_BYTES
  if (name.length > 100 || name.length !== path.length || !isSmall) {
    const lines = [paxLine('path', path), ...(isSmall ? [] : [paxLine('size', String(size))])]
    const bytes = lines.reduce((total, line) => total + line.length, 0)
    yield header(utf8.encode('pax'), bytes, 'x')
    yield* lines
    yield filled(bytes)
  }
  yield header(name, isSmall ? size : 0, '0')
}

/** The same files give the same archive: same size, same time. */
export function tarOf(name: string, files: readonly Seen[]): File {
  const parts: BlobPart[] = []
  let lastModified = 0
  for (const { path, file } of files) {
    parts.push(...headersOf(path, file.size), file, filled(file.size))
    lastModified = Math.max(lastModified, file.lastModified)
  }
  parts.push(new Uint8Array(2 * BLOCK_BYTES))
  return new File(parts, name, { lastModified })
}
