/** Mounts the text view alone, to be measured by a browser that is driven from outside. */
import '@fontsource-variable/inter/index.css'
import { mount } from 'svelte'
import '@/ui/tokens.css'
import '@/ui/app.css'
import TextBench from './TextBench.svelte'

const target = document.getElementById('app')
if (target) mount(TextBench, { target })
