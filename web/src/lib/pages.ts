/** Which page an address shows. */

export interface Match {
  /** The page's component, by its file name. */
  readonly page: string
  /** True: the page fills the window itself, without the sidebar. */
  readonly bare: boolean
  readonly props: Record<string, string>
}

type Rule = readonly [pattern: string, page: string, bare?: boolean]

const RULES: readonly Rule[] = [
  ['/', 'Projects'],
  ['/projects', 'Projects'],
  ['/projects/new', 'NewProject'],
  ['/projects/:id', 'Overview'],
  ['/projects/:id/label', 'Label', true],
  ['/projects/:id/triage', 'Triage', true],
  ['/projects/:id/review', 'Review', true],
  ['/projects/:id/adjudicate', 'Adjudicate', true],
  ['/projects/:id/audits/:audit_id', 'Audit', true],
  ['/projects/:id/items', 'Items'],
  ['/projects/:id/items/:item_id', 'Item'],
  ['/projects/:id/similar', 'Similar'],
  ['/projects/:id/quality', 'Quality'],
  ['/projects/:id/gold', 'Gold'],
  ['/projects/:id/gold/:item_id', 'GoldItem'],
  ['/projects/:id/schema', 'Schema'],
  ['/projects/:id/guideline', 'Guideline'],
  ['/projects/:id/terms', 'Terms'],
  ['/projects/:id/import', 'Import'],
  ['/projects/:id/versions', 'Versions'],
  ['/projects/:id/versions/:n', 'Version'],
  ['/projects/:id/settings', 'ProjectSettings'],
  ['/projects/:id/pay', 'ProjectPay'],
  ['/earnings', 'Earnings'],
  ['/payments/:payment_id', 'Statement'],
  ['/appeals', 'Appeals'],
  ['/pay-runs', 'PayRuns'],
  ['/pay-runs/:pay_run_id', 'PayRun'],
  ['/inbox', 'Inbox'],
  ['/people', 'People'],
  ['/exams', 'Exams'],
  ['/exams/:exam_id', 'Exam'],
  ['/exams/:exam_id/take', 'TakeExam', true],
  ['/me', 'Profile'],
  ['/settings', 'Settings'],
  ['/settings/models', 'Models'],
  ['/sign-in', 'SignIn', true],
  ['/join', 'SignIn', true],
  ['/call/:token', 'Call', true],
]

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function fit(pattern: string, parts: readonly string[]): Record<string, string> | null {
  const wanted = pattern.split('/').filter(Boolean)
  if (wanted.length !== parts.length) return null
  const props: Record<string, string> = {}
  for (const [index, name] of wanted.entries()) {
    const part = parts[index] ?? ''
    if (name.startsWith(':')) props[name.slice(1)] = decoded(part)
    else if (name !== part) return null
  }
  return props
}

/** The page at `path`, or null where there is none; the first rule that fits wins. */
export function matchPage(path: string): Match | null {
  const parts = path.split('/').filter(Boolean)
  for (const [pattern, page, bare = false] of RULES) {
    const props = fit(pattern, parts)
    if (props) return { page, bare, props }
  }
  return null
}
