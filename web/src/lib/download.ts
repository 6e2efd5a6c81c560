/** Files made by the server: save them, and read what the format could not hold. */
import { ApiError, send } from './api'
import { say } from './language.svelte'

export interface Download {
  readonly file_name: string
  readonly size_bytes: number
  /** What the format could not hold: loss → how often. */
  readonly losses: Readonly<Record<string, number>>
}

function fileName(header: string | null, fallback: string): string {
  const encoded = /filename\*=(?:UTF-8'')?([^;]+)/i.exec(header ?? '')?.[1]
  if (encoded) return decodeURIComponent(encoded.trim())
  return /filename="?([^";]+)"?/i.exec(header ?? '')?.[1] ?? fallback
}

export function readLosses(header: string | null): Record<string, number> {
  if (!header) return {}
  try {
    return JSON.parse(header) as Record<string, number>
  } catch {
    throw new ApiError(-1, 'losses', say('download.the_file_is_complete_but_its'), header)
  }
}

/** Fetch `path` and hand the file to the browser; `onbytes` is told how much has come. */
export async function download(
  path: string,
  fallback: string,
  signal: AbortSignal,
  onbytes: (bytes: number) => void,
): Promise<Download> {
  const response = await send('GET', path, { signal })
  const parts: BlobPart[] = []
  let bytes = 0
  const reader = response.body?.getReader()
  for (let part = await reader?.read(); reader && part && !part.done; part = await reader.read()) {
    parts.push(part.value as BlobPart)
    bytes += part.value.byteLength
    onbytes(bytes)
  }
  const file_name = fileName(response.headers.get('content-disposition'), fallback)
  const address = URL.createObjectURL(new Blob(parts))
  const link = document.createElement('a')
  link.href = address
  link.download = file_name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
  return { file_name, size_bytes: bytes, losses: readLosses(response.headers.get('x-goldsmith-losses')) }
}
