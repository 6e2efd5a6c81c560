/** Imports that are under way, kept in IndexedDB so that a reload or a closed tab loses nothing. */
import type { FileRecord } from './queue'
import type { Reading } from './send'
import type { Handle } from './walk'
import { say } from '@/lib/language.svelte'

/** An import and how it is read; what an earlier version of the page kept says less of that. */
export interface KeptImport extends Partial<Reading> {
  import_id: string
  project_id: string
  name: string
  started_at: number
  handles: Handle[]
}

type KeptFile = FileRecord & { import_id: string }

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error(say('imports.the_browsers_storage_could_not_be')))
  })
}

function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onerror = transaction.onabort = () =>
      reject(transaction.error ?? new Error(say('imports.the_browsers_storage_could_not_be_2')))
  })
}

let opened: Promise<IDBDatabase> | null = null

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open('goldsmith-imports', 1)
  request.onupgradeneeded = () => {
    request.result.createObjectStore('imports', { keyPath: 'import_id' })
    request.result.createObjectStore('files', { keyPath: ['import_id', 'path'] })
  }
  return asked(request)
}

function database(): Promise<IDBDatabase> {
  opened ??= open()
  return opened
}

const filesOf = (import_id: string) => IDBKeyRange.bound([import_id], [import_id, []])

/** The project's imports that were not finished in this browser, newest first. */
export async function keptImports(project_id: string): Promise<KeptImport[]> {
  const db = await database()
  const all = await asked<KeptImport[]>(db.transaction('imports').objectStore('imports').getAll())
  return all.filter((one) => one.project_id === project_id).sort((a, b) => b.started_at - a.started_at)
}

export async function keptFiles(import_id: string): Promise<FileRecord[]> {
  const db = await database()
  return asked<KeptFile[]>(db.transaction('files').objectStore('files').getAll(filesOf(import_id)))
}

export async function keepImport(one: KeptImport): Promise<void> {
  const transaction = (await database()).transaction('imports', 'readwrite')
  transaction.objectStore('imports').put(one)
  await ended(transaction)
}

export async function keepFiles(import_id: string, files: readonly FileRecord[]): Promise<void> {
  if (!files.length) return
  const transaction = (await database()).transaction('files', 'readwrite')
  const store = transaction.objectStore('files')
  for (const file of files) store.put({ ...file, import_id } satisfies KeptFile)
  await ended(transaction)
}

export async function forgetImport(import_id: string): Promise<void> {
  const transaction = (await database()).transaction(['imports', 'files'], 'readwrite')
  transaction.objectStore('imports').delete(import_id)
  transaction.objectStore('files').delete(filesOf(import_id))
  await ended(transaction)
}
