/** What people drop or pick, as one stream of files with their paths in the folder. */
import { isLitter } from './queue'

/** A file that has been seen; its bytes are read when they are sent. */
export interface Seen {
  path: string
  file: File
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
  handles: Handle[]
  files: AsyncIterable<Seen>
}

/** Must be called inside the drop event: the browser empties the items afterwards. */
export async function dropped(transfer: DataTransfer): Promise<Dropped> {
  const items = [...transfer.items].filter((item) => item.kind === 'file')
  const asked = items.map((item) => (item as unknown as HandleItem).getAsFileSystemHandle?.().catch(() => null))
  const entries = items.map((item) => item.webkitGetAsEntry())
  const plain = [...transfer.files]
  const handles = (await Promise.all(asked)).filter((handle): handle is Handle => handle != null)
  if (handles.length === items.length && handles.length > 0) return { handles, files: fromHandles(handles) }
  const found = entries.filter((entry) => entry !== null)
  return { handles: [], files: found.length ? fromEntries(found) : fromFiles(plain) }
}

/** Files of an `<input type=file>`; with a folder chosen, their paths in it. */
export async function* fromFiles(files: Iterable<File>): AsyncIterable<Seen> {
  for (const file of files) {
    const path = file.webkitRelativePath || file.name
    if (!isLitter(path)) yield { path, file }
  }
}

export async function* fromHandles(handles: Iterable<Handle>, under = ''): AsyncIterable<Seen> {
  for (const handle of handles) {
    const path = under + handle.name
    if (isLitter(path)) continue
    if (handle.kind === 'file') yield { path, file: await (handle as FileSystemFileHandle).getFile() }
    else yield* fromHandles(await children(handle as FileSystemDirectoryHandle), `${path}/`)
  }
}

async function children(folder: FileSystemDirectoryHandle): Promise<Handle[]> {
  const found: Handle[] = []
  for await (const [, handle] of (folder as unknown as DirectoryEntries).entries()) found.push(handle)
  return found.sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function* fromEntries(entries: Iterable<FileSystemEntry>): AsyncIterable<Seen> {
  for (const entry of entries) {
    const path = entry.fullPath.replace(/^\//, '')
    if (isLitter(path)) continue
    if (entry.isFile) yield { path, file: await fileOf(entry as FileSystemFileEntry) }
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
