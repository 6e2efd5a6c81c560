/** A certificate's figures as sentences and rows. */
import type { AuditFacts, Certificate, FieldAgreement, LabelFigures, Rate } from '@/generated/types'
import { date, number, percent, percentRange, plural, range } from '@/lib/format'

/** A certificate in the form this client reads, or null for another form. */
export function certificateOf(raw: Record<string, unknown>): Certificate | null {
  return raw['format'] === 'goldsmith-certificate/1' ? (raw as unknown as Certificate) : null
}

/** Microseconds of the epoch as a date with its time in UTC. */
export function utc(us: number): string {
  const at = new Date(us / 1000)
  const time = `${String(at.getUTCHours()).padStart(2, '0')}:${String(at.getUTCMinutes()).padStart(2, '0')}`
  const day = new Date(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate())
  return `${date(day)}, ${time} UTC`
}

/** "95 %: 1.3 – 2.7 %". */
export function interval(rate: Rate | null | undefined): string {
  if (!rate || rate.value === null) return ''
  return `${percent(rate.confidence, 0)}: ${percentRange(rate.low, rate.high)}`
}

/** "6,900 items, 41,316 objects, 5 labels." */
export function contents(certificate: Certificate): string {
  const { items, objects, labels } = certificate
  return `${plural(items, 'item')}, ${plural(objects, 'object')}, ${plural(labels.length, 'label')}.`
}

/** "α 0.712 (95 %: 0.690 – 0.731) on 1,000 of 12,340 items with several answers", or why there is none. */
export function agreementText(one: FieldAgreement): string {
  const { value, low, high, units, reason } = one.alpha
  if (value === null) return reason || 'undefined'
  const interval = low == null || high == null ? '' : ` (95 %: ${range(low, high)})`
  const population = one.population ?? null
  const drawn = population === null ? plural(units, 'item') : `${number(units)} of ${plural(population, 'item')}`
  return `α ${number(value, 3)}${interval} on ${drawn} with several answers`
}

/** How the error was measured, in words. */
export function measured(audit: AuditFacts): string[] {
  const [least, most] = [percent(audit.probability_least, 2), percent(audit.probability_most, 2)]
  const odds = least === most ? `each with probability ${most}` : `with probabilities from ${least} to ${most}, logged`
  const independent = audit.is_independent
    ? 'None of them checked what they had labelled or reviewed before.'
    : 'Some of them checked items that they had labelled or reviewed before.'
  const open = audit.size - audit.checked
  return [
    `${plural(audit.size, 'item')} of ${number(audit.population)} were drawn by ${audit.sampling} sampling on ` +
      `${utc(audit.drawn_at_us)}, ${odds} (seed ${audit.seed}).`,
    `${plural(audit.reviewers, 'reviewer')} answered ${plural(audit.checked, 'item')} blind, then said which ` +
      `differences are errors of the dataset. ${independent}`,
    ...tolerated(audit.tolerance ?? {}),
    ...(open > 0 ? [`Not yet checked at the cut: ${plural(open, 'item')} of the sample.`] : []),
  ]
}

/** What counts as another place, a sentence for all kinds of one tolerance. */
function tolerated(tolerance: Readonly<Record<string, number>>): string[] {
  const kinds = new Map<number, string[]>()
  for (const [kind, limit] of Object.entries(tolerance)) kinds.set(limit, [...(kinds.get(limit) ?? []), `a ${kind}`])
  return [...kinds].map(([limit, names]) => {
    const wrong =
      limit > 0
        ? `it overlaps the reviewer’s by less than ${percent(1 - limit, 0)} (IoU)`
        : 'its place is not exactly the reviewer’s'
    const subject = names.join(' or ')
    return `${subject.charAt(0).toUpperCase()}${subject.slice(1)} counts as wrong when ${wrong}, unless let pass.`
  })
}

/** The part of `label_key` that people read, and its field where several fields have labels. */
export function labelRows(certificate: Certificate): { title: string; figures: LabelFigures }[] {
  const fields = new Set(certificate.labels.map((one) => one.field))
  const rows = certificate.labels.map((figures) => ({
    title: fields.size > 1 ? `${figures.field}: ${figures.label}` : figures.label,
    figures,
  }))
  return rows.sort(
    (a, b) => a.figures.field.localeCompare(b.figures.field) || b.figures.objects - a.figures.objects,
  )
}
