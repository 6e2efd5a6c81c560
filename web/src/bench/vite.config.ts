/** Builds the bench pages alone; the product's own build does not know them. */
import { fileURLToPath } from 'node:url'
import { mergeConfig } from 'vite'
import product from '../../../vite.config'

const page = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const input = [page('./canvas.html'), page('./text.html')]

// the folder to build into comes on the command line
export default mergeConfig(product, { build: { rollupOptions: { input } } })
