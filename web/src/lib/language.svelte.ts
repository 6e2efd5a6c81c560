/** The reader's language: what the client says, which way it runs, how numbers and dates are written. */
import en from '../../messages/en.json'
import { fill, isolated, parse, type Message, type Values, type Writing } from './messages'

export type Key = keyof typeof en
type Catalogue = Readonly<Record<Key, string>>

/** Each language by its own name; English is always at hand, the others are loaded when they are asked for. */
export const LANGUAGES = {
  en: { name: 'English', dir: 'ltr', load: async (): Promise<Catalogue> => en },
  ar: {
    name: 'العربية',
    dir: 'rtl',
    load: async (): Promise<Catalogue> => (await import('../../messages/ar.json')).default,
  },
} as const
export type LanguageName = keyof typeof LANGUAGES

const STORED = 'language'
const isLanguage = (name: string): name is LanguageName => Object.hasOwn(LANGUAGES, name)

/** `tag` is the variant that numbers and dates are written in: the browser's own where it has one of the language. */
export const language = $state<{ name: LanguageName; tag: string }>({ name: 'en', tag: tagOf('en') })
let catalogue: Catalogue = en
let parsed = new Map<Key, Message>()
let writing = writingIn('en')

function asked(): readonly string[] {
  return typeof navigator === 'undefined' ? [] : navigator.languages
}

function tagOf(name: LanguageName): string {
  return asked().find((tag) => tag.split('-')[0] === name) ?? name
}

/** What was chosen in this browser, else the first of the browser's languages that there is. */
export function preferred(): LanguageName {
  const found = [localStorage.getItem(STORED) ?? '', ...asked().map((tag) => tag.split('-')[0] ?? '')].find(isLanguage)
  return found ?? 'en'
}

function writingIn(name: LanguageName): Writing {
  const tag = tagOf(name)
  const numbers = new Intl.NumberFormat(tag)
  const plurals = new Intl.PluralRules(tag)
  const { dir } = LANGUAGES[name]
  return {
    number: (value) => numbers.format(value),
    // names of another script keep their own order inside a sentence
    text: (value) => (dir === 'rtl' ? isolated(value) : value),
    form: (value) => plurals.select(value),
  }
}

/** Whether lines begin at the right. */
export function isRightToLeft(): boolean {
  return LANGUAGES[language.name].dir === 'rtl'
}

/** The message in the reader's language; what shows it follows when another language is chosen. */
export function say(key: Key, values: Values = {}): string {
  void language.name // what is read here is what a view waits for
  let message = parsed.get(key)
  if (!message) parsed.set(key, (message = parse(catalogue[key])))
  return fill(message, values, writing)
}

/** The message under a name that is made at run time, such as a code of the server's; else the text at hand. */
export function sayOr(name: string, text: string): string {
  return name in en ? say(name as Key) : text
}

/** What the server says in a fixed English sentence, by its words; any other text as it is. */
export function sayReason(text: string): string {
  return sayOr(
    `reason.${text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, ' ')
      .trim()
      .replaceAll(' ', '_')}`,
    text,
  )
}

/** The message as English has it: for what is kept and read by others. */
export function inEnglish(key: Key): string {
  return en[key]
}

/** Read in this language from now on; it is loaded first, so that nothing is half in one and half in another. */
export async function setLanguage(name: LanguageName): Promise<void> {
  catalogue = await LANGUAGES[name].load()
  parsed = new Map()
  writing = writingIn(name)
  language.name = name
  language.tag = tagOf(name)
  document.documentElement.lang = name
  document.documentElement.dir = LANGUAGES[name].dir
}

/** Choose for this browser: it is remembered before and after sign-in. */
export async function chooseLanguage(name: LanguageName): Promise<void> {
  await setLanguage(name)
  localStorage.setItem(STORED, name)
}

/** The language kept with the account, where there is one and the client has it. */
export async function takeFromAccount(kept: string): Promise<void> {
  const name = kept.split('-')[0] ?? ''
  if (isLanguage(name) && name !== language.name) await chooseLanguage(name)
}
