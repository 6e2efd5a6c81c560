/** Drafts mirrored in IndexedDB before they go to the server, keyed by task. */
import type { Value } from './types'
export interface Mirror { task_id: string; lease_id: string; fence: number; value: Value; sent: boolean; at: number }

let opened: Promise<IDBDatabase> | null = null
function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('goldsmith', 1)
    request.onupgradeneeded = () => request.result.createObjectStore('drafts', { keyPath: 'task_id' })
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => { opened = null; reject(request.error) }
  })
  return opened
}
async function run<T>(mode: IDBTransactionMode, act: (s: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await open()
  return new Promise((resolve, reject) => {
    const t = db.transaction('drafts', mode)
    const request = act(t.objectStore('drafts'))
    t.oncomplete = () => resolve(request.result)
    t.onerror = t.onabort = () => reject(t.error)
  })
}
export const putDraft = (m: Mirror) => run('readwrite', (s) => s.put(m))
export const getDraft = (task: string) => run<Mirror | undefined>('readonly', (s) => s.get(task))
export const dropDraft = (task: string) => run('readwrite', (s) => s.delete(task))
export const allDrafts = () => run<Mirror[]>('readonly', (s) => s.getAll())
