/** The address bar as state, and the theme. */

export const route = $state({ path: location.pathname, query: location.search, hash: location.hash })

function sync(): void {
  route.path = location.pathname
  route.query = location.search
  route.hash = location.hash
}
addEventListener('popstate', sync)
addEventListener('hashchange', sync)

/** Show another page; `replace` keeps the back button where it was. */
export function go(path: string, replace = false): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', path)
  sync()
}

/** Plain left clicks on same-origin links stay in the page; everything else is the browser's. */
addEventListener('click', (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  const link = event.target instanceof Element ? event.target.closest('a') : null
  if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return
  if (link.pathname.startsWith('/api/')) return
  event.preventDefault()
  go(link.pathname + link.search + link.hash)
})

export type ThemeName = 'light' | 'dark'
const stored = localStorage.getItem('theme')
export const theme = $state<{ name: ThemeName | ''; shown: ThemeName }>({
  name: stored === 'light' || stored === 'dark' ? stored : '',
  shown: 'light',
})

/** What the system asks for, where the person has not chosen. */
export function systemTheme(): ThemeName {
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

/** The person's theme, or `fallback` where none was chosen. */
export function applyTheme(fallback: ThemeName): void {
  theme.shown = theme.name || fallback
  document.documentElement.dataset['theme'] = theme.shown
}

export function flipTheme(): void {
  theme.name = theme.shown === 'dark' ? 'light' : 'dark'
  localStorage.setItem('theme', theme.name)
  applyTheme(theme.name)
}
