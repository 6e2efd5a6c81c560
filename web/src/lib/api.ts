/** Calls to the server: JSON in, JSON out, one error form. */
import { language, say, sayOr } from './language.svelte'

export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly where: string
  readonly hint: string
  /** The server's own sentence, in English, where `message` says it in another language. */
  readonly original: string

  constructor(status: number, code: string, message: string, where = '', hint = '', original = '') {
    super(message)
    this.status = status
    this.code = code
    this.where = where
    this.hint = hint
    this.original = original
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
  const message =
    body.message ??
    say('api.the_server_answered_status_statustext', { status: response.status, statusText: response.statusText })
  return refusal(response.status, body.code ?? String(response.status), message, where, body.hint ?? '')
}

/** A refusal in the reader's language: by its code where the catalogue has that; the server speaks English. */
export function refusal(status: number, code: string, message: string, where: string, hint: string): ApiError {
  const said = language.name === 'en' ? message : sayOr(`error.${code}`, message)
  const original = said === message ? '' : `${message} ${hint}`.trim()
  return new ApiError(status, code, said, where, original ? '' : hint, original)
}

/** The response of a call that went well; anything else is thrown as ApiError. */
export async function send(method: string, path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, { method, credentials: 'same-origin', ...init })
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') {
      throw new ApiError(-1, 'cancelled', say('api.cancelled'))
    }
    const hint = say('api.check_the_connection_your_work_is')
    throw new ApiError(0, 'offline', say('api.the_server_could_not_be_reached'), '', hint)
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
  if (answer === null) throw new ApiError(-1, 'empty', say('api.the_server_sent_no_answer_where'), path)
  return answer
}
