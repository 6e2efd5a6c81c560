/** Calls to the server: JSON in, JSON out, one error form. */

export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly where: string
  readonly hint: string

  constructor(status: number, code: string, message: string, where = '', hint = '') {
    super(message)
    this.status = status
    this.code = code
    this.where = where
    this.hint = hint
  }

  /** True where the server was not reached: trying again later may help. */
  get offline(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504
  }
}

/** Sent to the window when the server says that nobody is signed in. */
export const SIGNED_OUT = 'goldsmith:signed-out'

export function asError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  return new ApiError(-1, 'client', thrown instanceof Error ? thrown.message : String(thrown))
}

type ErrorBody = { code?: string; message?: string; where?: unknown; hint?: string }

async function errorFrom(response: Response): Promise<ApiError> {
  let body: ErrorBody = {}
  try {
    body = ((await response.json()) as { error?: ErrorBody }).error ?? {}
  } catch {
    // not JSON: the status line is all there is
  }
  const where = typeof body.where === 'string' ? body.where : body.where == null ? '' : JSON.stringify(body.where)
  const message = body.message ?? `The server answered ${response.status} ${response.statusText}.`
  return new ApiError(response.status, body.code ?? String(response.status), message, where, body.hint ?? '')
}

/** The response of a call that went well; anything else is thrown as ApiError. */
export async function send(method: string, path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, { method, credentials: 'same-origin', ...init })
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') {
      throw new ApiError(-1, 'cancelled', 'Cancelled.')
    }
    const hint = 'Check the connection; your work is kept in this browser.'
    throw new ApiError(0, 'offline', 'The server could not be reached.', '', hint)
  }
  if (response.ok) return response
  if (response.status === 401) dispatchEvent(new CustomEvent(SIGNED_OUT))
  throw await errorFrom(response)
}

/** The answer's JSON; null for 204. */
export async function api<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T | null> {
  const init: RequestInit = { signal: signal ?? null }
  if (body instanceof FormData) {
    init.body = body
  } else if (body !== undefined) {
    init.body = JSON.stringify(body)
    init.headers = { 'content-type': 'application/json' }
  }
  const response = await send(method, path, init)
  if (response.status === 204) return null
  const text = await response.text()
  return text ? (JSON.parse(text) as T) : null
}

/** As `api`, for calls that always answer with a body. */
export async function ask<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const answer = await api<T>(method, path, body, signal)
  if (answer === null) throw new ApiError(-1, 'empty', 'The server sent no answer where one was due.', path)
  return answer
}
