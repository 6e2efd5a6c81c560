/** The task in hand, for a form that asks the server for more than the item holds. */
import { getContext, setContext } from 'svelte'

export interface Task {
  readonly task_id: string
  readonly lease_id: string
  readonly fence: number
}

const KEY = Symbol('task')

/** Said by the page on which tasks are leased; `of` gives null while there is none. */
export const tellTask = (of: () => Task | null): void => void setContext(KEY, of)

/** The task in hand; null in a preview, and wherever answers are only looked at. */
export function taskInHand(): () => Task | null {
  return getContext<(() => Task | null) | undefined>(KEY) ?? (() => null)
}
