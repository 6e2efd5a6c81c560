// @vitest-environment jsdom
import { describe, expect, test } from 'vitest'
import { renderMarkdown } from './markdown'

describe('what a person wrote cannot harm who reads it', () => {
  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg onload=alert(1)>',
    '<iframe src="https://x.example"></iframe>',
    '[a](javascript:alert(1))',
    '[a](JaVaScRiPt:alert(1))',
    '[a](data:text/html,<script>alert(1)</script>)',
    '[a](vbscript:x)',
    '<a href="&#106;avascript:alert(1)">a</a>',
    '<style>body{display:none}</style>',
    '<p style="position:fixed">a</p>',
    '<form action="https://x.example"><input name=password></form>',
    '![a](https://x.example/track.png)',
    '<math><mtext><script>alert(1)</script></mtext></math>',
  ])('%s', (source) => {
    const html = renderMarkdown(source)

    expect(html).not.toMatch(/<script|<img|<svg|<iframe|<style|<form|<input|style=|onerror|onload|href="(?!https?:)/i)
  })
})

test('headings, lists, emphasis and code are kept', () => {
  const html = renderMarkdown('# A\n\n- **b**\n- *c*\n\n`d`')

  for (const part of ['<h1>A</h1>', '<strong>b</strong>', '<em>c</em>', '<code>d</code>', '<li>'])
    expect(html).toContain(part)
})

test('columns keep their side, and a list the number that it begins with', () => {
  expect(renderMarkdown('| a |\n|---:|\n| 1 |')).toContain('<td align="right">1</td>')
  expect(renderMarkdown('3. c\n4. d')).toContain('start="3"')
})

test('a link to the web opens beside the page and tells it nothing', () => {
  const html = renderMarkdown('[a](https://example.org)')

  expect(html).toContain('href="https://example.org"')
  expect(html).toContain('rel="noopener noreferrer"')
})
