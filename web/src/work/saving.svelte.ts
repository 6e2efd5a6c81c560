/** Saving, the same wherever somebody edits: every step goes to the outbox, and from there to the server. */
import type { Draft, ProjectPage } from '@/generated/types'
import { Notes } from '@/lib/notes'
import { BrowserStore, MemoryStore, holdTab, isAlive, tabId } from '@/lib/store'
import { Sync, fold, type Held, type SyncEvents, type SyncStatus } from '@/lib/sync'
import type { Value } from '@/lib/types'
import { Editor, type Carried } from '@/work/editor.svelte'
import { transport } from '@/work/transport'

export class Saving {
  readonly sync: Sync
  status = $state.raw<SyncStatus>({ state: 'saved', waiting: 0 })

  constructor(
    private readonly project: ProjectPage,
    personId: string,
    events: Omit<SyncEvents, 'onstatus' | 'ondecided'> & Partial<Pick<SyncEvents, 'ondecided'>>,
  ) {
    this.sync = new Sync({
      store: typeof indexedDB === 'undefined' ? new MemoryStore() : new BrowserStore(),
      transport,
      personId,
      projectId: project.project_id,
      tabId,
      isOthers: async (entry) => entry.tab_id !== tabId && (await isAlive(entry.tab_id)),
      events: {
        ...events,
        onstatus: (status) => (this.status = status),
        ondecided: (entry) => {
          new Notes(personId).drop(entry.task_id) // what the reviewer said went with it
          events.ondecided?.(entry)
        },
      },
    })
  }

  /** Sends what an earlier visit left; goes on until `signal` aborts. */
  async start(signal: AbortSignal): Promise<void> {
    holdTab(signal)
    addEventListener('online', () => void this.sync.resume(), { signal })
    document.addEventListener('visibilitychange', () => document.hidden && this.sync.farewell(), { signal })
    signal.addEventListener('abort', () => this.sync.stop())
    await this.sync.restore()
  }

  /** An editor of what is held, as it was left: the draft, and over it what is still here. */
  edit(held: Held, draft: Draft, carried: Carried, base?: Value): Editor {
    const whole = fold(this.sync.pendingOf(held), draft)
    this.sync.adopt(held)
    return new Editor({
      schema: this.project.schema,
      draft: whole,
      carried,
      ...(base && { base }),
      onoperations: (made) => this.sync.operations(held, made),
    })
  }
}
