// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { renderMarkdown } from './markdown'
import { typeset } from './typeset'

const formulasIn = (source: string): string[] => {
  const holder = document.createElement('div')
  holder.innerHTML = renderMarkdown(source)
  return [...holder.querySelectorAll('code.formula')].map((one) =>
    one.className.includes('apart') ? `[${one.textContent}]` : one.textContent,
  )
}

test.each([
  ['so $x^2$ and \\(y\\) are', ['x^2', 'y']],
  ['an $n$-gram of $5$ words, $a, b$', ['n', '5', 'a, b']],
  ['$$\n\\frac{a}{b}\n$$', ['[\\frac{a}{b}]']],
  ['text \\[a < b\\] text', ['[a < b]']],
  ['- $\\alpha$\n- **$\\beta$**', ['\\alpha', '\\beta']],
  ['$x_1 * y_1 * z$', ['x_1 * y_1 * z']],
  ['| a |\n|---|\n| $x_i$ |', ['x_i']],
])('%j holds formulas', (source, formulas) => {
  expect(formulasIn(source)).toEqual(formulas)
})

test.each([
  'It costs $5 and then $10.',
  'From $20-$30 a day, or US$5 for HK$6.',
  'I had $5, or 10$ at most',
  'between $5 million and about 7$',
  '`$x$` and \\$x\\$',
  '```\n$$x$$\n```',
  'a lonely $ sign',
])('%j holds none', (source) => {
  expect(formulasIn(source)).toEqual([])
})

test('a formula is set, with the source that a screen reader and a copy find in it', () => {
  const holder = document.createElement('div')
  holder.innerHTML = renderMarkdown('$x^2$')
  holder.querySelectorAll<HTMLElement>('code.formula').forEach(typeset)

  expect(holder.querySelector('.set math')).not.toBeNull()
  expect(holder.querySelector('annotation')?.textContent).toBe('x^2')
})

test.each(['\\href{javascript:alert(1)}{x}', '\\htmlClass{a}{x}', '\\includegraphics{https://x.example/a.png}', '\\url{https://x.example}'])(
  '%s leads nowhere and brings nothing in',
  (tex) => {
    const formula = document.createElement('code')
    formula.className = 'formula'
    formula.textContent = tex
    const holder = document.createElement('div')
    holder.append(formula)
    typeset(formula)

    expect(holder.innerHTML).not.toMatch(/<a\b|<img|href=|src=|class="a"/)
  },
)

test('what is no formula after all stays as it was written', () => {
  const formula = document.createElement('code')
  formula.className = 'formula'
  formula.textContent = '\\frac{a'
  typeset(formula)

  expect(formula.textContent).toBe('\\frac{a')
  expect(formula.title).toContain('KaTeX')
})

test('a list and a table begin on the side of their own text', () => {
  expect(renderMarkdown('- one')).toContain('<ul dir="auto">')
})

test('no class of the writer comes through', () => {
  expect(renderMarkdown('<code class="formula evil">a</code><p class="tag">b</p>')).not.toMatch(/evil|tag/)
})
