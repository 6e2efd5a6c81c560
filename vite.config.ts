import { svelte } from '@sveltejs/vite-plugin-svelte'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('./web'),
  base: '/',
  plugins: [svelte()],
  resolve: { alias: { '@kinds': here('./src/goldsmith/kinds'), '@': here('./web/src') } },
  build: { outDir: here('./web/dist'), emptyOutDir: true, assetsDir: 'assets', assetsInlineLimit: 0 },
  server: { fs: { allow: [here('.')] }, proxy: { '/api': 'http://127.0.0.1:8000' } },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
})
