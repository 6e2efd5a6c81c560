/** A certificate's figures as sentences and rows. */
import type {
  AuditFacts,
  Certificate,
  Cost,
  FieldAgreement,
  LabelFigures,
  Rate,
  Verification,
} from '@/generated/types'
import { date, list, number, percent, percentRange, range } from '@/lib/format'
import { kindTitle } from '@/canvas/tool'
import { say, sayOr, sayReason } from '@/lib/language.svelte'
import { finely, money } from '@/lib/money'

/** A certificate in a form that this client reads, or null for another one. */
export function certificateOf(raw: Record<string, unknown>): Certificate | null {
  const known = ['goldsmith-certificate/1', 'goldsmith-certificate/2']
  return known.includes(String(raw['format'])) ? (raw as unknown as Certificate) : null
}

/** Microseconds of the epoch as a date with its time in UTC. */
export function utc(us: number): string {
  const at = new Date(us / 1000)
  const time = `${String(at.getUTCHours()).padStart(2, '0')}:${String(at.getUTCMinutes()).padStart(2, '0')}`
  const day = new Date(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate())
  return say('versions.utc', { date: date(day), time })
}

/** "95 %: 1.3 – 2.7 %". */
export function interval(rate: Rate | null | undefined): string {
  if (!rate || rate.value === null) return ''
  return `${percent(rate.confidence, 0)}: ${percentRange(rate.low, rate.high)}`
}

/** "6,900 items, 41,316 objects, 5 labels." */
export function contents({ items, objects, labels }: Certificate): string {
  return say('versions.contents', { items, objects, labels: labels.length })
}

/** "α 0.712 (95 %: 0.690 – 0.731) on 1,000 of 12,340 items with several answers", or why there is none. */
export function agreementText(one: FieldAgreement): string {
  const { value, low, high, units, reason } = one.alpha
  if (value === null) return reason ? sayReason(reason) : say('versions.undefined')
  const hasRange = low != null && high != null
  const figures = { value: number(value, 3), range: range(low, high) }
  const population = one.population ?? null
  if (population === null) {
    return say(hasRange ? 'versions.alpha_range' : 'versions.alpha', { ...figures, items: units })
  }
  const drawn = { ...figures, drawn: units, items: population }
  return say(hasRange ? 'versions.alpha_drawn_range' : 'versions.alpha_drawn', drawn)
}

/** How the error was measured, in words. */
export function measured(audit: AuditFacts): string[] {
  const open = audit.size - audit.checked
  const blind = say('versions.answered_blind', { reviewers: audit.reviewers, checked: audit.checked })
  const independent = audit.is_independent
    ? say('versions.none_of_them_checked_what_they')
    : say('versions.some_of_them_checked_items_that')
  return [
    drawn(audit),
    `${blind} ${independent}`,
    ...tolerated(audit.tolerance ?? {}),
    ...(open > 0 ? [say('versions.not_yet_checked', { count: open })] : []),
  ]
}

function drawn({ size, population, sampling, seed, ...audit }: AuditFacts): string {
  const [least, most] = [percent(audit.probability_least, 2), percent(audit.probability_most, 2)]
  return say(least === most ? 'versions.drawn_alike' : 'versions.drawn_unlike', {
    size,
    population,
    sampling: sayOr(`sampling.${sampling.replaceAll(' ', '_')}`, sampling),
    at: utc(audit.drawn_at_us),
    probability: most,
    least,
    most,
    seed: String(seed),
  })
}

/** What counts as another place, a sentence for all kinds of one tolerance. */
function tolerated(tolerance: Readonly<Record<string, number>>): string[] {
  const kinds = new Map<number, string[]>()
  for (const [kind, limit] of Object.entries(tolerance)) {
    kinds.set(limit, [...(kinds.get(limit) ?? []), kindTitle(kind)])
  }
  return [...kinds].map(([limit, names]) =>
    limit > 0
      ? say('versions.wrong_overlap', { kinds: list(names), share: percent(1 - limit, 0) })
      : say('versions.wrong_place', { kinds: list(names) }),
  )
}

/** The part of `label_key` that people read, and its field where several fields have labels. */
export function labelRows(certificate: Certificate): { title: string; figures: LabelFigures }[] {
  const fields = new Set(certificate.labels.map((one) => one.field))
  const rows = certificate.labels.map((figures) => ({
    title: fields.size > 1 ? `${figures.field}: ${figures.label}` : figures.label,
    figures,
  }))
  return rows.sort((a, b) => a.figures.field.localeCompare(b.figures.field) || b.figures.objects - a.figures.objects)
}

/** What a currency's cost comes to: in all, by cause, an item and a label. */
export function costRows(cost: Cost): [string, string][] {
  const { currency } = cost
  return [
    [say('versions.cost_in_all', { currency }), money(cost.total_minor, currency)],
    ...cost.parts.map((part): [string, string] => [
      say('versions.cost_part', { cause: sayOr(`cause.${part.cause}`, part.cause), currency }),
      money(part.amount_minor, currency),
    ]),
    [say('versions.cost_an_item', { currency }), finely(cost.minor_per_item, currency)],
    [say('versions.cost_a_label', { currency }), finely(cost.minor_per_label, currency)],
  ]
}

/** Models and gold items in rows, whatever there is of each. */
export function modelRows({ models }: Certificate): [string, string][] {
  if (!models) return []
  return [
    ...models.models.map((one): [string, string] => [one.model, number(one.answers)]),
    [say('versions.answers_by_models'), percent(models.answers)],
    [say('versions.items_by_models_alone'), `${number(models.items_alone)} · ${percent(models.alone)}`],
    [say('versions.of_them_reviewed'), number(models.reviewed)],
  ]
}

export function goldRows({ gold, gold_reason }: Certificate): [string, string][] {
  if (!gold) return gold_reason ? [[say('versions.gold_items'), sayReason(gold_reason)]] : []
  return [
    [say('versions.gold_items'), number(gold.items)],
    [say('versions.gold_answers'), number(gold.answers)],
    [say('versions.gold_right'), `${percent(gold.right.value)} (${interval(gold.right)})`],
    [say('versions.gold_suspended'), number(gold.suspended)],
    [say('versions.gold_retired'), number(gold.retired)],
  ]
}

/** What checking a file came to, in a word. */
export function outcomeWord(outcome: Verification['outcome']): string {
  if (outcome === 'sound') return say('versions.outcome_sound')
  return outcome === 'broken' ? say('versions.outcome_broken') : say('versions.outcome_unknown')
}

/** The same in a sentence. */
export function verdict({ outcome, is_key_known, key_id }: Verification): string {
  if (outcome === 'broken') return say('versions.do_not_rely_on_it')
  if (outcome === 'unknown') return say('versions.nobody_vouches')
  return is_key_known ? say('versions.signed_here', { key: key_id }) : say('versions.signed_elsewhere', { key: key_id })
}
