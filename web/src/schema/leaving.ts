/** Warns before a page with unsaved edits is left. */

/** Calls `ask` with the address where a click inside the app would lead, instead of going there. */
export function guardLeaving(isDirty: () => boolean, ask: (path: string) => void): () => void {
  const scope = new AbortController()
  const { signal } = scope
  addEventListener('beforeunload', (event) => isDirty() && event.preventDefault(), { signal })
  addEventListener(
    'click',
    (event) => {
      const link = event.target instanceof Element ? event.target.closest('a') : null
      if (!link || link.target || link.origin !== location.origin || !isDirty()) return
      if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
      event.preventDefault()
      event.stopPropagation()
      ask(link.pathname + link.search + link.hash)
    },
    { signal, capture: true },
  )
  return () => scope.abort()
}
