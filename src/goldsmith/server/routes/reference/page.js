'use strict'
/* Draws the reference from the OpenAPI document. All text goes in as text, never as HTML. */

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

/** A new element with its attributes and children; a string is text. */
function make(name, attributes = {}, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children.filter((one) => one !== null))
  return made
}

const find = (id) => document.getElementById(id)

/** What a `$ref` points at, or the thing itself. */
function resolve(doc, thing) {
  if (!thing || !thing.$ref) return thing
  return thing.$ref.slice(2).split('/').reduce((at, key) => at[key], doc)
}

const nameOf = (schema) => (schema.$ref ? schema.$ref.split('/').pop() : '')

/** A schema in a few words: "LeaseOut", "string[]", "number | null". */
function words(schema) {
  if (schema.$ref) return nameOf(schema)
  const choices = schema.anyOf || schema.oneOf
  if (choices) return choices.map(words).join(' | ')
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' | ')
  if (schema.type === 'array') return schema.items ? `(${words(schema.items)})[]`.replace(/^\(([^ ]*)\)/, '$1') : 'list'
  if (schema.type === 'object' && schema.additionalProperties) return `name → ${words(schema.additionalProperties)}`
  if (schema.format === 'binary') return 'bytes'
  return [schema.type].flat().join(' | ') || 'anything'
}

/** The Structs that a schema names, each once, in their order. */
function named(schema) {
  if (!schema || typeof schema !== 'object') return []
  if (schema.$ref) return [schema.$ref]
  const inner = [...(schema.anyOf || []), ...(schema.oneOf || []), schema.items, schema.additionalProperties]
  return [...new Set(inner.flatMap(named))]
}

/** A schema to unfold: its properties as a table, and what they name in turn, drawn when it is opened. */
function shape(doc, schema, isOpen) {
  const refs = named(schema)
  if (refs.length === 0) return make('span', { class: 'type' }, words(schema))
  return make('div', {}, ...refs.map((ref, i) => struct(doc, ref, i === 0 && isOpen, words(schema))))
}

function struct(doc, ref, isOpen, said) {
  const schema = resolve(doc, { $ref: ref })
  const inside = make('div')
  const shown = make('details', { class: 'shape' }, make('summary', {}, said.includes(nameOf({ $ref: ref })) ? said : nameOf({ $ref: ref })), inside)
  const fill = () => {
    if (inside.childNodes.length) return
    if (schema.description) inside.append(make('p', {}, schema.description))
    inside.append(schema.properties ? properties(doc, schema) : shape(doc, schema.additionalProperties || {}, false))
  }
  shown.addEventListener('toggle', fill)
  if (isOpen) { shown.open = true; fill() }
  return shown
}

function properties(doc, schema) {
  const must = new Set(schema.required || [])
  return make('table', {}, ...Object.entries(schema.properties).map(([name, one]) => make('tr', {},
    make('td', {}, name),
    make('td', {}, shape(doc, one, false), must.has(name) ? make('span', { class: 'must' }, ' required') : given(one)))))
}

function given(schema) {
  const value = schema.default
  return value === undefined || value === null ? null : make('span', { class: 'faint' }, ` = ${JSON.stringify(value)}`)
}

/** An example of a schema: what is required, and nothing deeper than four. */
function sample(doc, schema, depth = 0) {
  const known = resolve(doc, schema)
  if (known.examples) return known.examples[0]
  if (known.enum) return known.enum[0]
  if (known.default !== undefined && known.default !== null) return known.default
  const choices = known.anyOf || known.oneOf
  if (choices) return sample(doc, choices[0], depth)
  if (known.type === 'array') return depth > 4 ? [] : [sample(doc, known.items || {}, depth + 1)]
  if (known.type === 'object') {
    const must = depth > 4 ? [] : known.required || []
    return Object.fromEntries(must.map((name) => [name, sample(doc, known.properties[name], depth + 1)]))
  }
  return { string: '…', integer: 1, number: 1, boolean: true }[known.type] ?? null
}

/** The body to send as an example: its media type and its text, "" for bytes. */
function bodyOf(doc, call) {
  const content = Object.entries(call.operation.requestBody?.content || {})[0]
  if (!content) return null
  const [type, { schema, example }] = content
  if (example) return { type, text: example }
  return { type, text: type === 'application/json' ? JSON.stringify(sample(doc, schema)) : '' }
}

const addressOf = (call) => location.origin + call.path +
  query(call.operation.parameters.filter((one) => one.in === 'query' && one.required))
const query = (needed) => (needed.length ? '?' + needed.map((one) => `${one.name}=…`).join('&') : '')
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`

function curl(doc, call) {
  const body = bodyOf(doc, call)
  const parts = ['curl -H "Authorization: Bearer $GOLDSMITH_KEY"']
  if (call.method !== 'get') parts.push(`-X ${call.method.toUpperCase()}`)
  if (body) parts.push(`-H ${quoted('Content-Type: ' + body.type)}`, `--data-binary ${body.text ? quoted(body.text) : '@FILE'}`)
  return [...parts, quoted(addressOf(call))].join(' \\\n  ')
}

function python(doc, call) {
  const known = call.operation['x-python']
  if (known) return `import os\n\nfrom goldsmith import Client\n\nwith Client("${location.origin}", os.environ["GOLDSMITH_KEY"]) as client:\n    ${known}\n`
  const body = bodyOf(doc, call)
  const sent = body ? `,\n    data=${body.text ? JSON.stringify(body.text) + '.encode()' : 'open(FILE, "rb")'}` : ''
  const headers = body ? `, "Content-Type": "${body.type}"` : ''
  return `import os\nimport urllib.request\n\nrequest = urllib.request.Request(\n    "${addressOf(call)}", method="${call.method.toUpperCase()}"${sent},\n` +
    `    headers={"Authorization": "Bearer " + os.environ["GOLDSMITH_KEY"]${headers}})\nprint(urllib.request.urlopen(request).read().decode())\n`
}

function say(text) {
  find('said').textContent = text
  clearTimeout(say.timer)
  say.timer = setTimeout(() => { find('said').textContent = '' }, 3000)
}

/** A button that shows the text and copies it where the browser allows that. */
function copyButton(label, text, place) {
  const button = make('button', { type: 'button' }, label)
  button.addEventListener('click', async () => {
    place.textContent = text
    place.hidden = false
    try {
      await navigator.clipboard.writeText(text)
      say('Copied.')
    } catch {
      getSelection().selectAllChildren(place)
      say('Shown below and selected; copy it with Ctrl+C.')
    }
  })
  return button
}

function parametersOf(doc, call) {
  if (call.operation.parameters.length === 0) return null
  return make('div', {}, make('h3', {}, 'Parameters'), make('table', {}, ...call.operation.parameters.map((one) => make('tr', {},
    make('td', {}, one.name),
    make('td', {}, make('span', { class: 'type' }, `${words(one.schema)} in the ${one.in}`),
      one.required ? make('span', { class: 'must' }, ' required') : given(one.schema),
      make('div', {}, one.description || ''))))))
}

function contentOf(doc, content, isOpen) {
  return Object.entries(content || {}).map(([type, { schema }]) => make('div', {},
    make('div', { class: 'faint' }, type), shape(doc, schema, isOpen), make('div', {}, named(schema).length ? '' : schema.description || '')))
}

function answersOf(doc, call) {
  const answers = Object.entries(call.operation.responses).map(([status, one]) => ({ status, answer: resolve(doc, one) }))
  const refusal = answers.find(({ answer }) => Object.values(answer.content || {}).some(isRefusal))
  return make('div', {}, make('h3', {}, 'Answers'), make('table', {}, ...answers.map(({ status, answer }) => {
    const headers = Object.entries(answer.headers || {}).map(([name, header]) => make('div', {}, make('span', { class: 'type' }, `${name}: `), header.description || words(header.schema)))
    const content = Object.values(answer.content || {}).some(isRefusal) ? [] : contentOf(doc, answer.content, true)
    return make('tr', {}, make('td', {}, status), make('td', {}, answer.description || '', ...headers, ...content))
  })), refusal ? make('div', {}, make('h3', {}, 'Body of a refusal'), ...contentOf(doc, refusal.answer.content, false)) : null)
}

const isRefusal = ({ schema }) => nameOf(schema) === 'Error'

function drawInside(doc, call) {
  const shown = make('pre', { hidden: '' })
  const body = contentOf(doc, call.operation.requestBody?.content, true)
  return make('div', { class: 'inside' },
    call.operation.description ? make('p', {}, call.operation.description) : null,
    make('div', { class: 'copy' }, copyButton('Copy as curl', curl(doc, call), shown), copyButton('Copy as Python', python(doc, call), shown)),
    shown,
    parametersOf(doc, call),
    body.length ? make('div', {}, make('h3', {}, 'Body'), ...body) : null,
    answersOf(doc, call))
}

function drawCall(doc, call) {
  const { operation, method, path } = call
  const shown = make('details', { class: 'call', id: operation.operationId }, make('summary', {},
    make('span', { class: `method ${method}` }, method.toUpperCase()), make('span', { class: 'path' }, path),
    make('span', { class: 'says' }, operation.summary)))
  shown.addEventListener('toggle', () => {
    if (shown.open && shown.childNodes.length === 1) shown.append(drawInside(doc, call))
    if (shown.open) history.replaceState(null, '', '#' + operation.operationId)
  })
  return shown
}

function callsOf(doc) {
  return Object.entries(doc.paths).flatMap(([path, item]) => METHODS.filter((method) => item[method]).map((method) =>
    ({ path, method, operation: { parameters: [], ...item[method] } })))
}

/** The list at the side: short paths, by part. */
function drawIndex(parts) {
  find('index').replaceChildren(...parts.flatMap(({ tag, calls }) => [
    make('h2', {}, tag.name),
    ...calls.map(({ method, path, operation }) => make('a', { href: '#' + operation.operationId, title: `${operation.summary} (${path})` },
      make('span', { class: `method ${method}` }, method.toUpperCase()), operation.operationId))]))
}

const fits = (call, text) => `${call.method} ${call.path} ${call.operation.operationId} ${call.operation.summary}`.toLowerCase().includes(text)

function draw(doc) {
  const every = callsOf(doc)
  const parts = doc.tags.map((tag) => ({ tag, calls: every.filter((one) => one.operation.tags.includes(tag.name)) }))
  const count = make('p', { class: 'faint' }, `${every.length} calls.`)
  find('calls').replaceChildren(make('h1', {}, `${doc.info.title} API`), make('p', {}, doc.info.description), count,
    ...parts.map(({ tag, calls }) => make('section', {}, make('h2', {}, tag.name), make('p', {}, tag.description), ...calls.map((one) => drawCall(doc, one)))))
  find('calls').removeAttribute('aria-busy')
  drawIndex(parts)
  const filter = find('filter')
  filter.addEventListener('input', () => {
    const text = filter.value.trim().toLowerCase()
    const left = parts.map(({ tag, calls }) => ({ tag, calls: calls.filter((one) => fits(one, text)) })).filter((one) => one.calls.length)
    drawIndex(left)
    const ids = new Set(left.flatMap((one) => one.calls.map((call) => call.operation.operationId)))
    for (const call of document.querySelectorAll('details.call')) call.hidden = !ids.has(call.id)
    for (const part of document.querySelectorAll('section')) part.hidden = !part.querySelector('details.call:not([hidden])')
    count.textContent = ids.size === every.length ? `${every.length} calls.` : `${ids.size} of ${every.length} calls.`
  })
  openNamed()
}

/** Unfold the call that the address names. */
function openNamed() {
  const call = location.hash ? find(decodeURIComponent(location.hash.slice(1))) : null
  if (!call || !call.matches('details.call')) return
  call.open = true
  call.scrollIntoView()
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === location.hash) link.setAttribute('aria-current', 'true')
    else link.removeAttribute('aria-current')
  }
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme
  find('theme').textContent = theme === 'dark' ? 'Light' : 'Dark'
}

/** The theme that was chosen here or in the product, else what the system asks for. */
function themeNow() {
  const stored = localStorage.getItem('theme')
  if (stored === 'light' || stored === 'dark') return stored
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

function flipTheme() {
  const theme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'
  localStorage.setItem('theme', theme)
  setTheme(theme)
}

function start() {
  setTheme(themeNow())
  find('theme').addEventListener('click', flipTheme)
  addEventListener('hashchange', openNamed)
  addEventListener('keydown', (event) => {
    if (event.key === '/' && document.activeElement !== find('filter')) { event.preventDefault(); find('filter').focus() }
  })
  fetch('/api/schema/openapi.json').then((answer) => {
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`)
    return answer.json()
  }).then(draw).catch((error) => {
    find('calls').replaceChildren(make('p', {}, `The document could not be loaded: ${error.message}. Reload the page to try again.`))
  })
}

start()
