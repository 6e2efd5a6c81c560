/** The call behind a page, as a person would type it. */

/** `text` for a POSIX shell: in single quotes, with those inside it escaped. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

export function asCurl(origin: string, method: string, path: string, body?: unknown): string {
  const parts = [`curl -X ${method} ${quoted(origin + path)}`, `-H "Authorization: Bearer $GOLDSMITH_KEY"`]
  if (body !== undefined) parts.push(`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(body))}`)
  return parts.join(' \\\n  ')
}

/** A JSON value as a Python literal. */
export function pythonLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${pythonLiteral(inner)}`)
    return `{${entries.join(', ')}}`
  }
  return JSON.stringify(value)
}

export function asPython(origin: string, method: string, path: string, body?: unknown): string {
  const lines = ['import json', 'import os', 'import urllib.request', '']
  const headers = ['"Authorization": f"Bearer {os.environ[\'GOLDSMITH_KEY\']}"']
  if (body !== undefined) {
    lines.push(`body = json.dumps(${pythonLiteral(body)}).encode()`)
    headers.push('"Content-Type": "application/json"')
  }
  const data = body === undefined ? '' : ', data=body'
  lines.push(
    `call = urllib.request.Request(${JSON.stringify(origin + path)}, method="${method}"${data},`,
    `                              headers={${headers.join(', ')}})`,
    'with urllib.request.urlopen(call) as answer:',
    '    print(json.load(answer))',
  )
  return lines.join('\n')
}
