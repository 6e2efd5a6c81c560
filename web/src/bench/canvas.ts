/** Mounts the canvas alone, to be measured and tested by a browser that is driven from outside. */
import '@fontsource-variable/inter/index.css'
import '@fontsource-variable/jetbrains-mono/index.css'
import { mount } from 'svelte'
import '@/ui/tokens.css'
import '@/ui/app.css'
import CanvasBench from './CanvasBench.svelte'

const target = document.getElementById('app')
if (target) mount(CanvasBench, { target })
