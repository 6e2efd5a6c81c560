/** One upload with progress: XMLHttpRequest, because fetch does not tell how much has been sent. */
import type { ItemsAdded } from '@/generated/types'
import { ApiError } from '@/lib/api'
import { writeQuery } from '@/lib/query'
import type { KeptImport } from './keep'
import type { Batch } from './queue'

export interface Sending {
  answer: Promise<ItemsAdded>
  stop(): void
}

/** Send a batch of files under its import, which knows where labels and items go; `onsent` gets the bytes sent so far. */
export function sendBatch(
  { project_id, import_id, batch_name = '', fields = [] }: KeptImport,
  batch: Batch,
  fileAt: (path: string) => File,
  onsent: (bytes: number) => void,
): Sending {
  const base = `/api/projects/${project_id}`
  const [first] = batch.files
  const chosen = fields.map((name) => `&field=${encodeURIComponent(name)}`).join('')
  if (batch.raw && first) {
    const query = writeQuery({ name: first.path, batch: batch_name })
    return send(`${base}/imports/${import_id}/file${query}${chosen}`, fileAt(first.path), onsent)
  }
  const form = new FormData()
  for (const { path } of batch.files) form.append('files', fileAt(path), path)
  return send(`${base}/items${writeQuery({ import_id, batch: batch_name })}${chosen}`, form, onsent)
}

function send(url: string, body: File | FormData, onsent: (bytes: number) => void): Sending {
  const request = new XMLHttpRequest()
  const answer = new Promise<ItemsAdded>((resolve, reject) => {
    request.upload.onprogress = (event) => onsent(event.loaded)
    request.onload = () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText) as ItemsAdded)
      else reject(errorOf(request))
    }
    request.onerror = () => reject(new ApiError(0, 'offline', 'The server could not be reached.'))
    request.onabort = () => reject(new ApiError(-1, 'cancelled', 'Cancelled.'))
  })
  request.open('POST', url)
  if (body instanceof File) request.setRequestHeader('content-type', 'application/octet-stream')
  request.send(body)
  return { answer, stop: () => request.abort() }
}

type ErrorBody = Partial<Record<'code' | 'message' | 'where' | 'hint', string>>

function errorOf(request: XMLHttpRequest): ApiError {
  const fallback = `The server answered ${request.status} ${request.statusText}.`
  try {
    const { error } = JSON.parse(request.responseText) as { error?: ErrorBody }
    const code = error?.code ?? String(request.status)
    return new ApiError(request.status, code, error?.message ?? fallback, error?.where ?? '', error?.hint ?? '')
  } catch {
    return new ApiError(request.status, String(request.status), fallback)
  }
}

/** Whether it may work later without anybody doing anything. */
export function mayPass(error: ApiError): boolean {
  return error.offline || error.status === 429 || error.status >= 500
}
