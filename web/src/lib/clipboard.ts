/** Copy text; where the clipboard is closed to pages (plain http), through a selection. False: it did not work. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    area.style.position = 'fixed'
    area.style.opacity = '0'
    const parent = document.querySelector('dialog[open]') ?? document.body
    parent.append(area)
    area.select()
    const worked = document.execCommand('copy')
    area.remove()
    return worked
  }
}
