import { svelte } from '@sveltejs/vite-plugin-svelte'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Of KaTeX's fonts only the form that every browser we name reads. */
const onlyWoff2 = {
  name: 'only-woff2',
  enforce: 'pre' as const,
  transform: (code: string, id: string) =>
    /katex[\\/]dist[\\/].*\.css/.test(id) ? code.replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\("[^"]*"\)/g, '') : null,
}

export default defineConfig({
  root: here('./web'),
  base: '/',
  plugins: [svelte(), onlyWoff2],
  resolve: { alias: { '@kinds': here('./src/goldsmith/kinds'), '@': here('./web/src') } },
  build: { outDir: here('./web/dist'), emptyOutDir: true, assetsDir: 'assets', assetsInlineLimit: 0 },
  server: { fs: { allow: [here('.')] }, proxy: { '/api': 'http://127.0.0.1:8000' } },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
})
