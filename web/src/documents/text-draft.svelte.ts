/** A text being rewritten: what is not saved stays in this browser, also when the page is closed. */
import { asError, type ApiError } from '@/lib/api'

export class TextDraft {
  /** null: nobody is writing. */
  text = $state<string | null>(null)
  isBusy = $state(false)
  error = $state.raw<ApiError | null>(null)
  private base = $state('')
  readonly isChanged = $derived(this.text !== null && this.text !== this.base)

  constructor(private readonly keptAt: string) {}

  edit(current: string): void {
    this.base = current
    this.text = localStorage.getItem(this.keptAt) ?? current
  }

  write(text: string): void {
    this.text = text
    if (this.isChanged) localStorage.setItem(this.keptAt, text)
    else localStorage.removeItem(this.keptAt)
  }

  drop(): void {
    localStorage.removeItem(this.keptAt)
    this.text = null
  }

  /** Sends the text by `put`; the draft ends when it was taken. */
  async save(put: (text: string) => Promise<void>): Promise<void> {
    if (this.text === null) return
    this.isBusy = true
    this.error = null
    try {
      await put(this.text)
      this.drop()
    } catch (thrown) {
      this.error = asError(thrown)
    }
    this.isBusy = false
  }
}
