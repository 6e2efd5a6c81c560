/** Markdown as safe HTML: what people write is read by others, so nothing in it runs and nothing leaves the host. */
import DOMPurify from 'dompurify'
import { Marked } from 'marked'
import { APART_CLASS, formulas, IN_LINE_CLASS } from './formulas'

const marked = new Marked({ gfm: true, breaks: false }, formulas)

const TAGS = [
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'p',
  'br',
  'hr',
  'ul',
  'ol',
  'li',
  'strong',
  'em',
  'del',
  'code',
  'pre',
  'blockquote',
  'a',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
]

/** Only addresses of web pages; `javascript:`, `data:` and the rest lose their link. */
const LINK = /^https?:\/\//i

export function renderMarkdown(source: string): string {
  const html = marked.parse(source, { async: false })
  const clean = DOMPurify.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ['href', 'start', 'align', 'class'],
    ALLOWED_URI_REGEXP: LINK,
    ADD_URI_SAFE_ATTR: ['align', 'start'], // no addresses, though they do not look like one we allow
    ALLOW_DATA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  })
  for (const link of clean.querySelectorAll('a')) {
    link.setAttribute('target', '_blank')
    link.setAttribute('rel', 'noopener noreferrer')
  }
  for (const one of clean.querySelectorAll('[class]'))
    if (one.tagName !== 'CODE' || ![IN_LINE_CLASS, APART_CLASS].includes(one.className)) one.removeAttribute('class')
  // a list has its marks on the side on which its own text begins, whatever the page's language; code runs one way
  for (const one of clean.querySelectorAll('ul, ol, blockquote, table')) one.setAttribute('dir', 'auto')
  for (const one of clean.querySelectorAll('pre')) one.setAttribute('dir', 'ltr')
  const holder = document.createElement('div')
  holder.append(clean)
  return holder.innerHTML
}
