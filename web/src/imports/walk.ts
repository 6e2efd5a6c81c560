/** What people drop or pick, as one stream of files with their paths in the folder. */
import { isLitter } from './queue'

/** A file that has been seen; its bytes are read when they are sent. */
export interface Seen {
  path: string
  file: File
}

/** A file by its place in what was given; asking for it is not free, knowing its name is. */
export interface Found {
  path: string
  open(): Promise<File>
}

/** Roots that the browser lets us keep, to be asked for again after a reload. */
export type Handle = FileSystemDirectoryHandle | FileSystemFileHandle

interface HandleItem {
  getAsFileSystemHandle?(): Promise<Handle | null>
}
interface DirectoryEntries {
  entries(): AsyncIterable<[string, Handle]>
}
interface PickerWindow {
  showDirectoryPicker?(options?: { id?: string; mode?: 'read' }): Promise<FileSystemDirectoryHandle>
}
interface Permission {
  queryPermission?(options: { mode: 'read' }): Promise<PermissionState>
  requestPermission?(options: { mode: 'read' }): Promise<PermissionState>
}

export interface Dropped {
  /** What people would call it: the folder or the first file. */
  name: string
  handles: Handle[]
  /** All that is in it; may be asked for again. */
  walk(): AsyncIterable<Found>
}

const ofFiles = (files: readonly File[]): Dropped => {
  const first = files[0]
  return { name: (first && pathOf(first).split('/')[0]) || '', handles: [], walk: () => fromFiles(files) }
}

/** Folders and files that the browser lets us read again. */
export function ofHandles(handles: readonly Handle[]): Dropped {
  return { name: handles[0]?.name ?? '', handles: [...handles], walk: () => fromHandles(handles) }
}

/** Must be called inside the drop event: the browser empties the items afterwards. */
export async function dropped(transfer: DataTransfer): Promise<Dropped> {
  const items = [...transfer.items].filter((item) => item.kind === 'file')
  const asked = items.map((item) => (item as unknown as HandleItem).getAsFileSystemHandle?.().catch(() => null))
  const entries = items.map((item) => item.webkitGetAsEntry())
  const plain = [...transfer.files]
  const handles = (await Promise.all(asked)).filter((handle): handle is Handle => handle != null)
  if (handles.length === items.length && handles.length > 0) return ofHandles(handles)
  const found = entries.filter((entry) => entry !== null)
  if (!found.length) return ofFiles(plain)
  return { name: found[0]?.name ?? '', handles: [], walk: () => fromEntries(found) }
}

const pathOf = (file: File): string => file.webkitRelativePath || file.name

/** Files of an `<input type=file>`; with a folder chosen, their paths in it. */
async function* fromFiles(files: readonly File[]): AsyncIterable<Found> {
  for (const file of files) {
    const path = pathOf(file)
    if (!isLitter(path)) yield { path, open: () => Promise.resolve(file) }
  }
}

async function* fromHandles(handles: Iterable<Handle>, under = ''): AsyncIterable<Found> {
  for (const handle of handles) {
    const path = under + handle.name
    if (isLitter(path)) continue
    if (handle.kind === 'file') yield { path, open: () => (handle as FileSystemFileHandle).getFile() }
    else yield* fromHandles(await children(handle as FileSystemDirectoryHandle), `${path}/`)
  }
}

async function children(folder: FileSystemDirectoryHandle): Promise<Handle[]> {
  const found: Handle[] = []
  for await (const [, handle] of (folder as unknown as DirectoryEntries).entries()) found.push(handle)
  return found.sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function* fromEntries(entries: Iterable<FileSystemEntry>): AsyncIterable<Found> {
  for (const entry of entries) {
    const path = entry.fullPath.replace(/^\//, '')
    if (isLitter(path)) continue
    if (entry.isFile) yield { path, open: () => fileOf(entry as FileSystemFileEntry) }
    else yield* fromEntries(await entriesOf(entry as FileSystemDirectoryEntry))
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}

/** `readEntries` gives a folder in parts of about a hundred; the empty part is the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const found: FileSystemEntry[] = []
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (!part.length) return found.sort((a, b) => (a.name < b.name ? -1 : 1))
    found.push(...part)
  }
}

export const canPickFolder = (): boolean => 'showDirectoryPicker' in window

/** What an `<input type=file>` holds. */
export const chosenFiles = (input: HTMLInputElement): Dropped => ofFiles([...(input.files ?? [])])

/** The folder that the person picks, or null when they thought better of it. */
export async function pickFolder(): Promise<FileSystemDirectoryHandle | null> {
  try {
    return (await (window as unknown as PickerWindow).showDirectoryPicker?.({ id: 'import', mode: 'read' })) ?? null
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null
    throw error
  }
}

/** Whether all may be read; asks the person where the browser wants it, so call it on a click. */
export async function mayRead(handles: readonly Handle[]): Promise<boolean> {
  for (const handle of handles as readonly (Handle & Permission)[]) {
    const state = (await handle.queryPermission?.({ mode: 'read' })) ?? 'granted'
    if (state !== 'granted' && (await handle.requestPermission?.({ mode: 'read' })) !== 'granted') return false
  }
  return true
}
