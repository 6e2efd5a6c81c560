/** One upload with progress: XMLHttpRequest, because fetch does not tell how much has been sent. */
import type { ItemsAdded } from '@/generated/types'
import { ApiError } from '@/lib/api'
import { writeQuery } from '@/lib/query'
import type { KeptImport } from './keep'
import type { Batch } from './queue'
import { say } from '@/lib/language.svelte'

export interface Sending {
  answer: Promise<ItemsAdded>
  stop(): void
}

/** How what is sent is to be read, and where it goes. */
export interface Reading {
  /** Names of the fields that take labels which several could. */
  fields: string[]
  /** The format the labels are in; '' where the server finds out. */
  format: string
  /** The batch that new items join; '' for none. */
  batch: string
}

/** Send a batch of files under its import; `onsent` gets the bytes sent so far, of all that travels. */
export function sendBatch(
  { project_id, import_id, fields = [], format = '', batch: name = '' }: KeptImport,
  batch: Batch,
  fileAt: (path: string) => File,
  onsent: (bytes: number) => void,
): Sending {
  const base = `/api/projects/${project_id}`
  const [first] = batch.files
  const chosen = fields.map((field) => `&field=${encodeURIComponent(field)}`).join('')
  if (batch.raw && first) {
    const query = writeQuery({ name: first.path, batch: name, format })
    return send(`${base}/imports/${import_id}/file${query}${chosen}`, fileAt(first.path), onsent)
  }
  const form = new FormData()
  for (const { path } of batch.files) form.append('files', fileAt(path), path)
  return send(`${base}/items${writeQuery({ import_id, batch: name, format })}${chosen}`, form, onsent)
}

function send(url: string, body: File | FormData, onsent: (bytes: number) => void): Sending {
  const request = new XMLHttpRequest()
  const answer = new Promise<ItemsAdded>((resolve, reject) => {
    request.upload.onprogress = (event) => onsent(event.loaded)
    request.onload = () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText) as ItemsAdded)
      else reject(errorOf(request))
    }
    request.onerror = () => reject(new ApiError(0, 'offline', say('imports.the_server_could_not_be_reached')))
    request.onabort = () => reject(new ApiError(-1, 'cancelled', say('imports.cancelled')))
  })
  request.open('POST', url)
  if (body instanceof File) request.setRequestHeader('content-type', 'application/octet-stream')
  request.send(body)
  return { answer, stop: () => request.abort() }
}

type ErrorBody = Partial<Record<'code' | 'message' | 'where' | 'hint', string>>

function errorOf(request: XMLHttpRequest): ApiError {
  const fallback = say('imports.the_server_answered_status_statustext', {
    status: request.status,
    statusText: request.statusText,
  })
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
