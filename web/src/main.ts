import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import './ui/tokens.css'
import './ui/app.css'
import { mount } from 'svelte'
import App from './App.svelte'
import { preferred, setLanguage } from './lib/language.svelte'

const target = document.getElementById('app')
if (!target) throw new Error('The page has no place for the application.')
// the words first: a page that comes in English and turns Arabic would move under the eyes
await setLanguage(preferred()).catch(() => setLanguage('en'))
mount(App, { target })
