export class ApiError extends Error {
  status: number; code: string; where: string; hint: string
  constructor(status: number, code: string, message: string, where = '', hint = '') {
    super(message)
    this.status = status; this.code = code; this.where = where; this.hint = hint
  }
  get offline() { return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504 }
}
export function asError(e: unknown): ApiError {
  return e instanceof ApiError ? e : new ApiError(-1, 'client', e instanceof Error ? e.message : String(e))
}
async function send(method: string, path: string, init: RequestInit): Promise<Response> {
  let r: Response
  try {
    r = await fetch(path, { method, credentials: 'same-origin', ...init })
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') throw new ApiError(-1, 'cancelled', 'Cancelled.')
    throw new ApiError(0, 'offline', 'The server could not be reached.', '', 'Check the connection; your work is kept in this browser.')
  }
  if (r.ok) return r
  let error: { code?: string; message?: string; where?: unknown; hint?: string } = {}
  try { error = ((await r.json()) as { error?: typeof error }).error ?? {} } catch { /* not JSON: the status line is all there is */ }
  const where = error.where == null ? '' : typeof error.where === 'string' ? error.where : JSON.stringify(error.where)
  throw new ApiError(r.status, error.code ?? String(r.status), error.message ?? `The server answered ${r.status} ${r.statusText}.`, where, error.hint ?? '')
}
/** null for 204. */
export async function api<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T | null> {
  const init: RequestInit = { signal: signal ?? null }
  if (body instanceof FormData) init.body = body
  else if (body !== undefined) { init.body = JSON.stringify(body); init.headers = { 'content-type': 'application/json' } }
  const r = await send(method, path, init)
  if (r.status === 204) return null
  const text = await r.text()
  return text ? (JSON.parse(text) as T) : null
}
