/** Places in the drawn text: from the document's nodes to UTF-16 units of the text, and back. */

/** The unit of a node and offset, null outside the text. Lines carry their first unit in `data-at`. */
export function unitOf(root: HTMLElement, node: Node, offset: number): number | null {
  const element = node instanceof Element ? node : node.parentElement
  if (!element || !root.contains(element)) return null
  const line = element.closest<HTMLElement>('[data-at]')
  if (line) {
    const at = Number(line.dataset['at'])
    return node instanceof Element ? at + (offset ? (line.textContent?.length ?? 0) : 0) : at + offset
  }
  const next = node.childNodes[offset] ?? node.childNodes[offset - 1]
  const first = next instanceof Element ? (next.matches('[data-at]') ? next : next.querySelector('[data-at]')) : null
  return first instanceof HTMLElement ? Number(first.dataset['at']) : null
}

/** The text node and offset of a unit within a line element; the element itself where the line is empty. */
export function placeIn(line: Element, unit: number): [Node, number] {
  const at = Number((line as HTMLElement).dataset['at'])
  const text = line.firstChild
  if (!text) return [line, 0]
  return [text, Math.max(0, Math.min(unit - at, text.textContent?.length ?? 0))]
}

/** What the pointer's or keyboard's selection covers, in units; null when it lies outside. */
export function selectedUnits(root: HTMLElement): { start: number; end: number; focus: number } | null {
  const selection = getSelection()
  if (!selection?.anchorNode || !selection.focusNode) return null
  const anchor = unitOf(root, selection.anchorNode, selection.anchorOffset)
  const focus = unitOf(root, selection.focusNode, selection.focusOffset)
  if (anchor === null || focus === null) return null
  return { start: Math.min(anchor, focus), end: Math.max(anchor, focus), focus }
}

type CaretDocument = Document & {
  caretPositionFromPoint?(x: number, y: number): { offsetNode: Node; offset: number } | null
  caretRangeFromPoint?(x: number, y: number): Range | null
}

/** The node and offset under a point of the window. */
export function placeAt(x: number, y: number): [Node, number] | null {
  const page = document as CaretDocument
  const position = page.caretPositionFromPoint?.(x, y)
  if (position) return [position.offsetNode, position.offset]
  const range = page.caretRangeFromPoint?.(x, y)
  return range ? [range.startContainer, range.startOffset] : null
}

/** Where the caret stands in the window, from the selection's moving end. */
export function caretBox(): { x: number; y: number; height: number } | null {
  const selection = getSelection()
  if (!selection?.focusNode) return null
  const range = document.createRange()
  range.setStart(selection.focusNode, selection.focusOffset)
  const box = range.getClientRects()[0]
  if (box) return { x: box.left, y: box.top, height: box.height }
  const element = selection.focusNode instanceof Element ? selection.focusNode : selection.focusNode.parentElement
  const line = element?.getBoundingClientRect()
  return line ? { x: line.left, y: line.top, height: Math.min(line.height, 28) } : null
}
