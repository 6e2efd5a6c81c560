/** One thing loaded from the server: its value, whether it is on its way, and what went wrong. */
import { ask, asError, type ApiError } from './api'

export class Resource<T> {
  value = $state.raw<T | null>(null)
  error = $state.raw<ApiError | null>(null)
  loading = $state(false)
  #call: AbortController | null = null

  /** Load from `path`; an earlier call still under way is dropped, the old value stays until the new one is there. */
  async load(path: string): Promise<void> {
    this.#call?.abort()
    const call = new AbortController()
    this.#call = call
    this.loading = true
    try {
      const value = await ask<T>('GET', path, undefined, call.signal)
      if (this.#call !== call) return
      this.value = value
      this.error = null
    } catch (thrown) {
      if (this.#call === call) this.error = asError(thrown)
    }
    if (this.#call === call) this.loading = false
  }

  /** Drop the call under way; for the end of a page. */
  stop(): void {
    this.#call?.abort()
    this.#call = null
  }
}
