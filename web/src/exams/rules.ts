/** An exam's rules, as they are sent back. */
import type { ExamRow, ExamRules } from '@/generated/types'

export const FIRST_RULES: ExamRules = {
  name: '',
  skill: '',
  mode: 'exam',
  text: '',
  pass_percent: 80,
  tolerance: 0.2,
  attempts_most: 3,
  cool_down_seconds: 86_400,
  valid_days: null,
  pay: null,
}

export function rulesOf(exam: ExamRow): ExamRules {
  const { name, skill, mode, text, pass_percent, tolerance, attempts_most, cool_down_seconds, valid_days } = exam
  return {
    name, skill, pass_percent, tolerance, attempts_most, cool_down_seconds, valid_days,
    mode: mode ?? 'exam', text: text ?? '', pay: exam.pay ?? null,
  } as ExamRules
}
