/** What a project asks of people: the form's lists, the requirement that they come to, and its words. */
import type { GroupSize, Requirement } from '../generated/types'
import { percent } from '../lib/format'
import { language, say } from '../lib/language.svelte'
import { levelWord, type Level } from '../people/choices.svelte'
import { countryName, languageName } from '../people/names'


/** A requirement as the form holds it: rows in the order in which they were added, empty ones among them. */
export interface Draft {
  languages: { tag: string; level: Level }[]
  skills: { name: string; least: number }[]
  countries: string
  groups: string[]
  reliability: number | null // percent
  annotators: 'all' | 'people' | 'models'
  claimed: boolean
  reviewers: boolean
}

export function draftOf(asked: Requirement): Draft {
  return {
    languages: Object.entries(asked.languages ?? {}).map(([tag, level]) => ({ tag, level })),
    skills: Object.entries(asked.skills ?? {}).map(([name, least]) => ({ name, least })),
    countries: (asked.countries ?? []).join(', '),
    groups: [...(asked.groups ?? [])],
    reliability: asked.reliability == null ? null : Math.round(asked.reliability * 1000) / 10,
    annotators: asked.annotators ?? 'all',
    claimed: asked.claimed ?? false,
    reviewers: asked.reviewers ?? false,
  }
}

/** The requirement of a draft; rows without a name are left out, and so is what asks for nothing. */
export function requirementOf(draft: Draft): Requirement {
  const languages = draft.languages.filter(({ tag }) => tag.trim()).map(({ tag, level }) => [tag.trim(), level] as const)
  const skills = draft.skills.filter(({ name }) => name.trim()).map(({ name, least }) => [name.trim(), least] as const)
  const countries = draft.countries.toUpperCase().split(/[\s,;]+/).filter(Boolean)
  return {
    ...(languages.length ? { languages: Object.fromEntries(languages) } : {}),
    ...(skills.length ? { skills: Object.fromEntries(skills) } : {}),
    ...(countries.length ? { countries } : {}),
    ...(draft.groups.length ? { groups: draft.groups } : {}),
    ...(draft.reliability ? { reliability: draft.reliability / 100 } : {}),
    ...(draft.annotators !== 'all' ? { annotators: draft.annotators } : {}),
    ...(draft.claimed && skills.length ? { claimed: true } : {}),
    ...(draft.reviewers ? { reviewers: true } : {}),
  }
}

/** Whether it asks annotators for nothing. */
export const asksNothing = (asked: Requirement): boolean => wordsOf(asked, []).length === 0

/** "Kenya or Uganda" as the language strings them together. */
const oneOf = (words: readonly string[]): string =>
  new Intl.ListFormat(language.tag, { type: 'disjunction' }).format(words)

/** Each thing that is asked for, in words: "German (fluent)". */
export function wordsOf(asked: Requirement, groups: readonly GroupSize[]): string[] {
  const groupName = (id: string) => groups.find((one) => one.group_id === id)?.name ?? id
  return [
    ...Object.entries(asked.languages ?? {}).map(([tag, level]) =>
      say('routing.language_at_level', { language: languageName(tag), level: levelWord(level) }),
    ),
    ...Object.entries(asked.skills ?? {}).map(([name, least]) =>
      least ? say('routing.skill_at_least', { name, least }) : name,
    ),
    ...(asked.countries?.length ? [oneOf(asked.countries.map(countryName))] : []),
    ...(asked.groups?.length ? [oneOf(asked.groups.map(groupName))] : []),
    ...(asked.reliability ? [say('routing.reliability_at_least', { reliability: percent(asked.reliability, 0) })] : []),
    ...(asked.annotators === 'people' ? [say('routing.asks_people_only')] : []),
    ...(asked.annotators === 'models' ? [say('routing.asks_models_only')] : []),
  ]
}

/** Whether two requirements ask for the same. */
export const isSame = (a: Requirement, b: Requirement): boolean =>
  JSON.stringify(requirementOf(sorted(a))) === JSON.stringify(requirementOf(sorted(b)))

function sorted(asked: Requirement): Draft {
  const draft = draftOf(asked)
  draft.languages.sort((x, y) => x.tag.localeCompare(y.tag))
  draft.skills.sort((x, y) => x.name.localeCompare(y.name))
  draft.groups.sort()
  draft.countries = [...(asked.countries ?? [])].sort().join(',')
  return draft
}
