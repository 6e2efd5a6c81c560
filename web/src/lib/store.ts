/** The outbox on disk: what was done here and is not known to be on the server yet, in IndexedDB. */
import type { Decision, Operation } from '@/generated/types'
import { newId } from '@/lib/types'
import { say } from '@/lib/language.svelte'

export type Stage = 'label' | 'review' | 'audit'

/** One thing to send. `order` grows within a browser; `is_parked` entries wait for their task to come back. */
export interface Entry {
  stage?: Stage // none: label
  entry_id: string
  order: number
  tab_id: string
  person_id: string
  project_id: string
  task_id: string
  lease_id: string
  fence: number
  name: string
  is_parked: boolean
  what: Outgoing
}

export type Outgoing =
  | { readonly act: 'operation'; readonly operation: Operation }
  | { readonly act: 'submit'; readonly value: Record<string, unknown>; readonly work_seconds: number }
  | { readonly act: 'skip'; readonly reason: string }
  | { readonly act: 'decide'; readonly decision: Omit<Decision, 'fence'> }

export interface OutboxStore {
  /** All entries, oldest first. */
  all(): Promise<Entry[]>
  put(entries: readonly Entry[]): Promise<void>
  remove(entryIds: readonly string[]): Promise<void>
}

const DATABASE = 'goldsmith'
const TABLE = 'outbox'
const VERSION = 2

/** Entries in this browser's IndexedDB; they outlive the tab. */
export class BrowserStore implements OutboxStore {
  private opened: Promise<IDBDatabase> | null = null

  async all(): Promise<Entry[]> {
    const found = await this.run('readonly', (table) => table.getAll() as IDBRequest<Entry[]>)
    return (found ?? []).sort((a, b) => a.order - b.order)
  }

  async put(entries: readonly Entry[]): Promise<void> {
    await this.run('readwrite', (table) => entries.forEach((entry) => table.put(entry)))
  }

  async remove(entryIds: readonly string[]): Promise<void> {
    await this.run('readwrite', (table) => entryIds.forEach((id) => table.delete(id)))
  }

  private open(): Promise<IDBDatabase> {
    this.opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(DATABASE, VERSION)
      request.onupgradeneeded = () => upgrade(request.result)
      request.onsuccess = () => {
        request.result.onversionchange = () => request.result.close()
        resolve(request.result)
      }
      request.onerror = () => {
        this.opened = null
        reject(request.error ?? new Error(say('store.the_browser_refused_its_storage')))
      }
    })
    return this.opened
  }

  private async run<T>(
    mode: IDBTransactionMode,
    act: (table: IDBObjectStore) => IDBRequest<T> | void,
  ): Promise<T | undefined> {
    const database = await this.open()
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(TABLE, mode)
      const request = act(transaction.objectStore(TABLE))
      transaction.oncomplete = () => resolve(request?.result)
      transaction.onerror = transaction.onabort = () =>
        reject(transaction.error ?? new Error(say('store.the_browser_did_not_keep_the')))
    })
  }
}

/** The first version kept whole drafts; they were sent as they were made. */
function upgrade(database: IDBDatabase): void {
  if (database.objectStoreNames.contains('drafts')) database.deleteObjectStore('drafts')
  if (!database.objectStoreNames.contains(TABLE)) database.createObjectStore(TABLE, { keyPath: 'entry_id' })
}

/** Entries in memory: where the browser keeps nothing (a private window), and in tests. */
export class MemoryStore implements OutboxStore {
  private entries = new Map<string, Entry>()

  async all(): Promise<Entry[]> {
    return [...this.entries.values()].sort((a, b) => a.order - b.order)
  }

  async put(entries: readonly Entry[]): Promise<void> {
    for (const entry of entries) this.entries.set(entry.entry_id, structuredClone(entry))
  }

  async remove(entryIds: readonly string[]): Promise<void> {
    for (const id of entryIds) this.entries.delete(id)
  }
}

export const tabId = newId()
const lockName = (tab: string): string => `goldsmith-tab-${tab}`

/** Says to other tabs that this one lives, until `signal` aborts: they leave its entries alone. */
export function holdTab(signal: AbortSignal): void {
  if (!('locks' in navigator)) return
  const until = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  void navigator.locks.request(lockName(tabId), () => until).catch(() => undefined)
}

/** Whether another open tab will send these entries itself. Where locks are missing, nobody is asked. */
export async function isAlive(tab: string): Promise<boolean> {
  if (tab === tabId) return true
  if (!('locks' in navigator)) return false
  const held = (await navigator.locks.query()).held ?? []
  return held.some((lock) => lock.name === lockName(tab))
}

/** The leases of one project this tab works under. Other tabs of this browser ask for other tasks, so that no two draw on one. */
export class LeaseMarks {
  private readonly mine = new Map<string, () => void>()
  private readonly prefix: string

  /** `stage`: labelling and reviewing are marked apart, as their leases are asked for apart. */
  constructor(projectId: string, stage: Stage = 'label') {
    this.prefix = `goldsmith-${stage}-lease-${projectId}-`
  }

  /** Take the lease for this tab, until `keep` is called without it; false where another tab has it. */
  claim(leaseId: string): Promise<boolean> {
    if (!('locks' in navigator) || this.mine.has(leaseId)) return Promise.resolve(true)
    return new Promise((resolve) => {
      const until = (lock: Lock | null) => {
        resolve(lock !== null)
        return lock ? new Promise<void>((free) => this.mine.set(leaseId, free)) : undefined
      }
      navigator.locks.request(this.prefix + leaseId, { ifAvailable: true }, until).catch(() => resolve(true))
    })
  }

  /** Let all others go. */
  keep(leaseIds: readonly string[]): void {
    for (const [leaseId, free] of this.mine) {
      if (leaseIds.includes(leaseId)) continue
      free()
      this.mine.delete(leaseId)
    }
  }

  /** Leases that other open tabs work under. */
  async elsewhere(): Promise<string[]> {
    if (!('locks' in navigator)) return []
    const names = ((await navigator.locks.query()).held ?? []).map(({ name }) => name ?? '')
    const leaseIds = names.filter((name) => name.startsWith(this.prefix)).map((name) => name.slice(this.prefix.length))
    return leaseIds.filter((leaseId) => !this.mine.has(leaseId))
  }
}
