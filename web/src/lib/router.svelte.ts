export const route = $state({ path: location.pathname, query: location.search })
function sync() { route.path = location.pathname; route.query = location.search }
addEventListener('popstate', sync)
export function go(path: string, replace = false) {
  history[replace ? 'replaceState' : 'pushState'](null, '', path)
  sync()
}
/** Plain left clicks on same-origin links stay in the page; everything else is the browser's. */
addEventListener('click', (e) => {
  if (e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return
  const a = (e.target as Element | null)?.closest?.('a')
  if (!a || a.target || a.hasAttribute('download') || a.origin !== location.origin || a.pathname.startsWith('/api/')) return
  e.preventDefault()
  go(a.pathname + a.search)
})
export const theme = $state({ name: localStorage.getItem('theme') ?? '' })
export function applyTheme(fallback: 'light' | 'dark') { document.documentElement.dataset['theme'] = theme.name || fallback }
export function flipTheme() {
  theme.name = document.documentElement.dataset['theme'] === 'dark' ? 'light' : 'dark'
  localStorage.setItem('theme', theme.name)
  applyTheme('light')
}
