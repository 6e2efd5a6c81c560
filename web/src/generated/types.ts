/* Made by `python -m goldsmith.server.typescript` from the Structs on the wire; do not edit. */

/** How often somebody is right, with the 95 % interval. skill: as measured from all answers together. settled: against what their items came to. */
export interface AccuracyFigure {
  share: number
  low: number
  high: number
  answers: number
  basis: 'settled' | 'skill'
}

/** The steps that are on the disk now. */
export interface Acknowledged {
  leased_until: string
  leased_until_us: number
  acknowledged: string[]
}

/** Where one person sees all answers to an undecided task and settles it. */
export interface Adjudication {
  group_id?: string
}

/** Adjudication, and how many tasks wait for it. */
export interface AdjudicationShown {
  group_id?: string
  group?: string
  tasks?: number
}

/** Krippendorff's alpha of a field, with its interval; `reason` where it is undefined. `others` are measured of a single choice only. */
export interface AgreementFigure {
  field: string
  alpha: number | null
  low: number | null
  high: number | null
  items: number
  reason: string
  others: CoefficientFigure[]
}

/** Who agrees with whom, for at most 30 people; `people_in_all` answered items that another answered too. */
export interface AgreementMatrix {
  people: MatrixPerson[]
  pairs: MatrixPair[]
  people_in_all: number
}

/** Alpha with its percentile bootstrap interval; 1 is perfect agreement, 0 what chance gives. `low` and `high` are None where there are fewer than ten units or alpha is None. */
export interface Alpha {
  value: number | null
  low: number | null
  high: number | null
  units: number
  answers: number
  reason?: string
}

/** Those with the most answers first, at most 200. */
export interface AnnotatorList {
  annotators: AnnotatorRow[]
}

/** The people who answered the items of a version. */
export interface AnnotatorPool {
  people: number
  members: PoolMember[]
  unlisted: number
  answers: Quantiles | null
  skill: Quantiles | null
  skill_reason: string
  countries: GroupCount[]
  languages: GroupCount[]
}

/** One annotator of a project. */
export interface AnnotatorRow {
  person_id: string
  name: string
  sort: string
  answers: number
  returned: number
  accuracy: AccuracyFigure | null
  pace: PaceFigure | null
  shapes: ShapeSkillShown[]
}

/** Who answered, counted. */
export interface Annotators {
  people: number
  models: number
  answers_by_people: number
  answers_by_models: number
}

/** A value under a lease: fields → objects. */
export interface Answer {
  fence: number
  value: Record<string, unknown>
  work_seconds?: number | null
  confidence?: number | null
}

/** One answer to an item. */
export interface AnswerRow {
  annotation_id: string
  person_id: string
  annotator: string
  state: string
  value: unknown
  schema_version: number
  guideline_version: number
  work_seconds: number | null
  created_at: string
  skill?: SkillShown | null
}

/** One annotator's answer in a review; the annotator is a letter, not a name. */
export interface AnswerShown {
  annotation_id: string
  annotator: string
  value: Record<string, unknown>
  skill?: SkillShown | null
}

/** Granted: the answer is paid. The words go to the annotator. */
export interface AppealDecision {
  is_granted: boolean
  answer: string
}

/** Appeals that wait for somebody who did not return the answer, oldest first. */
export interface AppealList {
  appeals: AppealRow[]
}

/** The new appeal's id. */
export interface AppealMade {
  appeal_id: string
}

/** An appeal that the caller may decide. */
export interface AppealRow {
  appeal_id: string
  project_id: string
  project: string
  item_id: string
  item: string
  annotation_id: string
  amount_minor: number
  currency: string
  reason: string
  words: string
  created_at: string
}

/** What somebody tells to join by an open call. */
export interface Application {
  email: string
  password: string
  name?: string
  profile?: Profile
  skills?: SkillClaim[]
}

/** True lets the applicant in; False declines, and forgets them. */
export interface ApplicationDecision {
  is_approved: boolean
}

/** Whether the applicant is in, and signed in, or waits for a manager. */
export interface Applied {
  is_in: boolean
}

/** The item that is asked now, and what the caller has done on it so far. */
export interface AskedItem {
  position: number
  name: string
  item: ItemData
  draft: Draft
}

/** What is known of an asset's bytes after they were checked. */
export interface AssetFacts {
  sha256: string
  media_type: string
  size_bytes: number
  file_name?: string
  width_px?: number
  height_px?: number
}

/** The answer to the item that is asked now. */
export interface AttemptAnswer {
  position: number
  value: Record<string, unknown>
  work_seconds?: number | null
}

/** What was done so far on the item that is asked now. */
export interface AttemptDraft {
  position: number
  value?: Record<string, (Record<string, unknown>)[]>
  sketch?: Record<string, unknown> | null
  operations?: number
}

/** An attempt at an exam, as whoever takes it sees it. */
export interface AttemptOut {
  attempt_id: string
  exam_id: string
  name: string
  skill: string
  mode: 'exam' | 'training'
  schema: LabelSchema
  guideline: string
  state: 'failed' | 'passed' | 'running'
  position: number
  total: number
  pass_percent: number
  right_answers: number | null
  asked: AskedItem | null
  feedback?: Feedback | null
  expires_at?: string | null
  price?: PriceShown | null
  earned_minor?: number
}

/** A question about one object: an option, a number, a text, a yes or no, or which entry of a vocabulary it is. */
export interface Attribute {
  name: string
  sort: 'entity' | 'flag' | 'number' | 'select' | 'text'
  options?: string[]
  labels?: string[]
  required?: boolean
  minimum?: number | null
  maximum?: number | null
  vocabulary?: string
}

/** The auditor's own answer, given without seeing the dataset's. */
export interface AuditAnswer {
  fence: number
  value: Record<string, unknown>
  work_seconds?: number | null
  confidence?: number | null
}

/** How the dataset's answer differs from the auditor's; the auditor says which differences are errors. */
export interface AuditCompared {
  audit_seat_id: string
  item: ItemData
  dataset_value: Record<string, unknown>
  own_value: Record<string, unknown>
  differences: DifferenceShown[]
  suggestions?: SuggestionBeside[]
}

/** How the audit was made and what it found. */
export interface AuditFacts {
  population: number
  size: number
  checked: number
  seed: number
  sampling: string
  probability_least: number
  probability_most: number
  drawn_at_us: number
  reviewers: number
  is_independent: boolean
  items_wrong: Rate
  objects_wrong: Rate
  objects_wrong_by_label: Record<string, Rate>
  tolerance?: Record<string, number>
}

/** The project's audits, newest first. */
export interface AuditList {
  audits: AuditRow[]
}

/** A random sample that reviewers check blind. */
export interface AuditRow {
  audit_id: string
  size: number
  checked: number
  seed: number
  probability: number
  created_at: string
  wrong: number
  error_rate: number | null
  low: number | null
  high: number | null
}

/** Which of the differences (by index) are errors of the dataset. */
export interface AuditVerdict {
  errors: number[]
}

/** What the caller has in one currency. */
export interface Balance {
  currency: string
  held_minor: number
  accepted_minor: number
  due_minor: number
  paying_minor: number
  paid_minor: number
}

/** Where somebody is paid, or pays from: an IBAN, or where there is none another number. */
export interface BankDetails {
  name?: string
  iban?: string
  other?: string
  bic?: string
  country?: string
}

/** Items of one licence on one basis. */
export interface BasisCount {
  licence: string
  basis: string
  items: number
}

/** What to change of all tasks of a batch; None keeps it. `after`: the `next` of the call before. */
export interface BatchChange {
  batch: string
  priority?: number | null
  name?: string | null
  requirement?: Requirement | null
  as_project?: boolean
  after?: number
}

/** How many tasks this call has changed; unless `next` is None, call again with it as `after`. */
export interface BatchChanged {
  changed: number
  next: number | null
}

/** A page of batches in order of name; `next` is the `after` of the following page. */
export interface BatchPage {
  batches: BatchRow[]
  next: string | null
}

/** A batch and how far it is. */
export interface BatchRow {
  name: string
  tasks: number
  open: number
  in_review: number
  undecided: number
  settled: number
  excluded: number
  priority: number
  for_me: boolean
  requirement?: Requirement | null
  asks?: string
}

/** Leases that the caller holds already and does not ask for again (at most 8): how tasks are fetched ahead. `batch`: only tasks of this batch; empty: of any batch and of none. */
export interface Besides {
  besides?: string[]
  batch?: string
}

/** A rectangle by its top left corner and size; the origin is the image's top left corner. */
export interface Box {
  kind: 'box'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  x_px: number
  y_px: number
  width_px: number
  height_px: number
}

/** What a new schema would break: answers that would no longer fit. */
export interface Break {
  what: string
  answers: number
  item_ids: string[]
}

/** Where a project's money of one currency is. */
export interface BudgetRow {
  currency: string
  free_minor: number
  reserved_minor: number
  held_minor: number
  due_minor: number
  collected_minor: number
}

/** What became of a list of people. */
export interface BulkReport {
  invited: InvitedRow[]
  refused: RefusedLine[]
}

/** How many items were settled and answers given until this time. */
export interface BurnUpPoint {
  at: string
  settled: number
  answers: number
}

/** What was said against what was right. */
export interface Calibration {
  items: number
  bins: CalibrationBin[]
  error: number
  error_by_chance: number
  overconfidence: number
}

/** Items whose label was said to be right with a probability from `least` up to `most`. */
export interface CalibrationBin {
  least: number
  most: number
  items: number
  said: number
  right: number
  low: number
  high: number
}

/** Somebody who may have the tasks; `seen_at` is None where they never asked for work. */
export interface CandidateRow {
  person_id: string
  name: string
  seen_at: string | null
  is_on: boolean
}

/** What a dataset version holds, who made it, how good it is, how that is known, and who vouches for it. Of the first form, which was not signed, everything that `Estimates` has is absent. */
export interface Certificate {
  error?: Powered | null
  error_reason?: string
  shares?: ClassShare[]
  shares_reason?: string
  calibration?: Calibration | null
  calibration_reason?: string
  calibration_gold?: Calibration | null
  calibration_gold_reason?: string
  pool?: AnnotatorPool | null
  models?: ModelShare | null
  gold?: GoldFacts | null
  gold_reason?: string
  cost?: Cost[]
  cost_reason?: string
  format: 'goldsmith-certificate/1' | 'goldsmith-certificate/2'
  version: VersionFacts
  items: number
  objects: number
  labels: LabelFigures[]
  answers: number
  answers_per_item: number | null
  overlap: Overlap[]
  annotators: Annotators
  agreement: FieldAgreement[]
  audit: AuditFacts | null
  audit_reason: string
  basis: BasisCount[]
  left_out: LeftOut[]
  signature?: Signature | null
}

/** What one review that is decided, or one audited item, earns: `amount_minor` for a task, an object or a minute. */
export interface CheckTerms {
  sort: 'minute' | 'object' | 'task'
  amount_minor: number
  most_minor?: number
}

/** A label chosen; it has no place. */
export interface Choice {
  kind: 'choice'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
}

/** The share of a field's objects that carry a label: as the dataset has it, and as it really is. */
export interface ClassShare {
  field: string
  label: string
  in_dataset: number
  estimate: Powered
}

/** How a notice ends, with words for the annotator. */
export interface Closing {
  outcome: 'agreed' | 'confirmed' | 'nothing_found'
  words: string
}

/** A coefficient of agreement of a field beside alpha, with its interval; `reason` where it is undefined. */
export interface CoefficientFigure {
  name: 'cohen' | 'fleiss' | 'gwet'
  value: number | null
  low: number | null
  high: number | null
  reason: string
}

/** A comment on an item, pinned to an object of an answer where it names one. */
export interface CommentRow {
  comment_id: string
  annotation_id: string
  object_id: string
  author: string
  text: string
  created_at: string
  role?: string
  is_mine?: boolean
  person_id?: string
}

/** True where the field `field` holds an object with one of the labels `any_of`. */
export interface Condition {
  field: string
  any_of: string[]
}

/** A field, and whether there are enough answers to say what is taken for what. */
export interface ConfusionField {
  field: string
  basis: 'settled' | 'skill'
  answers: number
  answers_needed: number
  is_measured: boolean
}

/** What one annotator, or all together, call what: `counts[true][given]`, in the order of `labels`. The label "" is no object, or an empty field. Counts are expected answers where the basis is skill. */
export interface ConfusionMatrix {
  fields: ConfusionField[]
  field: string
  person_id: string
  people: ConfusionPerson[]
  labels: string[]
  counts: number[][]
}

/** Somebody whose answers in the field were counted, and the share of objects with the right label. */
export interface ConfusionPerson {
  person_id: string
  name: string
  sort: string
  answers: number
  right: number | null
}

/** What the project's people were paid up to the certificate, in one currency's smallest units. */
export interface Cost {
  currency: string
  total_minor: number
  parts: CostPart[]
  minor_per_item: number
  minor_per_label: number | null
}

/** What correct labels cost over time; each bin is so many days. */
export interface CostFigures {
  bin_days: number
  wrong: WrongShare
  rows: CostRow[]
}

/** What the work that is still asked for will cost, with a 95 % interval; what is not paid is counted as 0. */
export interface CostForecast {
  answers: number
  reviews: number
  audits: number
  measured: number
  mid_minor: number
  low_minor: number
  high_minor: number
  missing_minor: number
}

/** What left the project's budget for one cause. */
export interface CostPart {
  cause: string
  amount_minor: number
}

/** What one day or week cost and settled, in one currency, and what a correct item has cost up to its end. */
export interface CostRow {
  start_at: string
  currency: string
  amount_minor: number
  settled: number
  amount_total: number
  settled_total: number
  per_correct: number | null
  low: number | null
  high: number | null
}

/** Tasks by state, and the answers given. */
export interface Counts {
  items?: number
  open?: number
  in_review?: number
  undecided?: number
  settled?: number
  excluded?: number
  answers?: number
}

/** An address and a password; with `token`, an invitation to use. */
export interface Credentials {
  email: string
  password: string
  token?: string
  name?: string
}

/** Two faces by their (x, y) corners: top left, top right, bottom right, bottom left, as one looks at the front. */
export interface Cuboid2d {
  kind: 'cuboid2d'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  front: [[number, number], [number, number], [number, number], [number, number]]
  back: [[number, number], [number, number], [number, number], [number, number]]
}

/** When a batch, or the project (""), is to be settled; without `due_at` it has no deadline any more. */
export interface DeadlineChange {
  batch?: string
  due_at?: string | null
  zone?: string
  urgent_first?: boolean
}

/** How a project stands, for a list: its own deadline, or else the batch that is in the most danger. */
export interface DeadlineChip {
  project_id: string
  batch: string
  due_at: string
  zone: string
  standing: string
  chance: number | null
  late_days: number | null
}

/** One for each project that has a deadline, in that of its batches too. */
export interface DeadlineList {
  projects: DeadlineChip[]
}

/** The deadlines of a project, its own first; `is_moving`: tasks still wait for the priority of their date. */
export interface DeadlinePage {
  deadlines: DeadlineRow[]
  is_moving: boolean
}

/** A deadline, and whether it will be met at the pace of the last days. */
export interface DeadlineRow {
  batch: string
  due_at: string
  zone: string
  urgent_first: boolean
  standing: string
  left: number
  low_at: string | null
  mid_at: string | null
  high_at: string | null
  reason: string
  chance: number | null
  late_days: number | null
  slow_stage: string | null
  per_day: number | null
  people: number
  more_per_day: number | null
  more_people: number | null
}

/** What was decided. */
export interface Decided {
  decision: string
}

/** A reviewer's word: accepted, fixed (with a value), returned or escalated (with a comment). Who adjudicates may also exclude the item, as unanswerable, with a comment that says why. */
export interface Decision {
  fence: number
  decision: 'accepted' | 'escalated' | 'excluded' | 'fixed' | 'returned'
  comment?: string
  comments?: PinnedComment[]
  value?: Record<string, unknown> | null
  annotation_ids?: string[]
  annotation_id?: string
  work_seconds?: number | null
}

/** How far an answer is from a suggestion, in objects; its author may not have seen it. */
export interface DepartureShown {
  annotation_id: string
  kept: number
  moved: number
  removed: number
  added: number
}

/** Where two answers differ; `a` and `b` are annotation ids, "" is the merged answer. */
export interface DifferenceShown {
  a: string
  b: string
  field: string
  sort: 'attribute' | 'choice' | 'extra' | 'geometry' | 'label' | 'missing'
  a_id: string | null
  b_id: string | null
}

/** Why a signal is laid aside. */
export interface Dismissal {
  reason: string
}

/** A page of versions, newest first; `next` is the `after` of the following page. */
export interface DocumentPage {
  versions: DocumentRow[]
  next: string | null
}

/** One version of a project's guideline or schema: which, from when on it counted, and who put it in force. */
export interface DocumentRow {
  version: number
  created_at: string
  person_id: string
  author: string
}

/** What somebody has done on a task so far, not submitted. */
export interface Draft {
  value?: Record<string, (Record<string, unknown>)[]>
  sketch?: Record<string, unknown> | null
  operations?: number
  start?: Record<string, (Record<string, unknown>)[]> | null
}

/** What is due in one currency and in no run yet. */
export interface DueSum {
  currency: string
  amount_minor: number
  people: number
}

/** What the caller earned on one day (UTC) in one project; returned answers earn nothing. */
export interface EarnedDay {
  day: string
  project_id: string
  project: string
  answers: number
  reviews: number
  audits: number
  training: number
  returned: number
  work_seconds: number
  amount_minor: number
  currency: string
}

/** What the caller earned: by currency, by day and project, what was returned, and the payments. */
export interface Earnings {
  balances: Balance[]
  days: EarnedDay[]
  returned: ReturnedWork[]
  payments: PaymentRow[]
}

/** The ellipse that a turned rectangle holds; its sides are the whole axes. */
export interface Ellipse {
  kind: 'ellipse'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  centre_x_px: number
  centre_y_px: number
  width_px: number
  height_px: number
  angle_deg?: number
}

/** How far the items of a project can be compared. */
export interface EmbeddingState {
  state: string
  total?: number
  done?: number
  lacking?: number
  error?: string
  predictor_id?: string
  model?: string
  texts?: number
  created_at?: string
  updated_at?: string
}

/** How many entries are in force now, and the first lines of the file that were not taken. */
export interface EntriesReplaced {
  entries: number
  refused: number
  refused_listed: RefusedEntry[]
}

/** Entries of a vocabulary that were looked for, the best first. */
export interface EntryList {
  entries: VocabularyEntry[]
}

/** A page of moves, newest first; `next` is the `before` of the following page. */
export interface EntryPage {
  entries: EntryRow[]
  next: number | null
}

/** One move of the caller's money: how much, by which step, and why. */
export interface EntryRow {
  entry_seq: number
  at: string
  move: string
  cause: 'annotation' | 'appeal' | 'audit' | 'bonus' | 'budget' | 'correction' | 'pay_run' | 'review' | 'top_up' | 'training'
  amount_minor: number
  currency: string
  project: string
  item: string
  note: string
}

/** All the rules, and whether the exam is open; None keeps the state. */
export interface ExamChange {
  rules: ExamRules
  state?: 'closed' | 'draft' | 'open' | null
}

/** An exam as the caller sees it before they take it. */
export interface ExamForMe {
  exam_id: string
  name: string
  skill: string
  mode: 'exam' | 'training'
  text: string
  items: number
  pass_percent: number
  attempts_most: number | null
  attempts_used: number
  cool_down_seconds: number
  valid_days: number | null
  running_id: string
  last_state: string
  last_right: number
  last_total: number
  why_not: string
  next_at: string | null
  price?: PriceShown | null
}

/** Another known answer or explanation; None keeps it. */
export interface ExamItemChange {
  known?: Record<string, unknown> | null
  explanation?: string | null
}

/** An item of an exam with its known answer, and how people fared with it. */
export interface ExamItemRow {
  exam_item_id: string
  name: string
  item: ItemData
  known: Record<string, unknown>
  explanation: string
  answered: number
  right: number
}

/** How many items were added. */
export interface ExamItemsAdded {
  added: number
}

/** The workspace's exams, newest first. */
export interface ExamList {
  exams: ExamRow[]
}

/** The new exam's id, and how many items it has. */
export interface ExamMade {
  exam_id: string
  items: number
}

/** One exam as its manager sees it. */
export interface ExamPage {
  exam: ExamRow
  schema: LabelSchema
  guideline: string
  items: ExamItemRow[]
}

/** One attempt of one person. */
export interface ExamResult {
  attempt_id: string
  person_id: string
  name: string
  email: string
  state: 'failed' | 'passed' | 'running'
  answered: number
  right_answers: number
  total: number
  started_at: string
  ended_at: string | null
}

/** A page of an exam's attempts, newest first; `next` is the `after` of the following page. */
export interface ExamResults {
  results: ExamResult[]
  next: string | null
}

/** An exam in its manager's list. */
export interface ExamRow {
  name: string
  skill: string
  mode?: 'exam' | 'training'
  text?: string
  pass_percent?: number
  tolerance?: number
  attempts_most?: number | null
  cool_down_seconds?: number
  valid_days?: number | null
  pay?: TrainingTerms | null
  exam_id: string
  state: 'closed' | 'draft' | 'open'
  created_at: string
  items: number
  attempts: number
  passed: number
}

/** What is set of an exam. */
export interface ExamRules {
  name: string
  skill: string
  mode?: 'exam' | 'training'
  text?: string
  pass_percent?: number
  tolerance?: number
  attempts_most?: number | null
  cool_down_seconds?: number
  valid_days?: number | null
  pay?: TrainingTerms | null
}

/** The exams that are open, and those that the caller has taken. */
export interface ExamsForMe {
  exams: ExamForMe[]
}

/** A bonus, or a correction (below 0: taken back), with its reason; the same `once` again does nothing. */
export interface ExtraPay {
  person_id: string
  sort: 'bonus' | 'correction'
  amount_minor: number
  currency: string
  reason: string
  once: string
}

/** In training, after an item was answered: what is known of it. `a` of a difference is the known answer. */
export interface Feedback {
  position: number
  name: string
  item: ItemData
  is_right: boolean
  known: Record<string, unknown>
  own: Record<string, unknown>
  differences: DifferenceShown[]
  explanation: string
}

/** One question about an item: its kind decides how it is answered. */
export interface Field {
  name: string
  kind: string
  labels: Label[]
  attributes?: Attribute[]
  asset?: string
  required?: boolean
  multiple?: boolean
  shown_if?: Condition | null
  help?: string
  settings?: Record<string, unknown>
}

/** Krippendorff's alpha of one field. */
export interface FieldAgreement {
  field: string
  measure: string
  alpha: Alpha
  population?: number | null
}

/** What the caller may take of a project now. */
export interface ForMe {
  qualifies: boolean
  lacking: string[]
  opens_at: string | null
  why_not: string
  quotas: QuotaLeft[]
  is_draining?: boolean
  preference?: '' | 'best' | 'least_work'
  comes_first?: boolean
  kept_for_others?: number
  again_at?: string | null
}

/** When the rest will be settled, with a 80 % band. */
export interface ForecastSpan {
  low_at: string
  mid_at: string
  high_at: string
}

/** The formats there are. */
export interface FormatList {
  formats: FormatRow[]
}

/** An export format. */
export interface FormatRow {
  name: string
  title: string
  media: string[]
  extension: string
}

/** Money put into a project's budget, or taken out (below 0); the same `once` again does nothing. */
export interface Funding {
  amount_minor: number
  currency: string
  once: string
}

/** One answer to a gold item; `elsewhere` is its author's record on all other trusted gold. */
export interface GoldAnswerRow {
  annotation_id: string
  person_id: string
  name: string
  sort: string
  value: unknown
  distance: number | null
  is_right: boolean | null
  elsewhere: ShareRight
  skill: number
  work_seconds: number | null
  answered_at: string
}

/** Answers to trusted gold on one day (UTC). */
export interface GoldDay {
  day: string
  answers: ShareRight
}

/** A manager's word on a gold item: keep it in, correct the known answer (with a value), or retire it. */
export interface GoldDecision {
  action: 'correct' | 'keep' | 'retire'
  value?: Record<string, unknown> | null
  explanation?: string | null
  note?: string
}

/** A gold item with every answer to it. */
export interface GoldDetail {
  item_id: string
  task_id: string
  name: string
  item: ItemData
  known: unknown
  known_from: string
  explanation: string
  state: 'active' | 'retired' | 'suspended'
  reason: string
  wrong_probability: number | null
  answers: ShareRight
  last_answer_at: string | null
  made_at: string
  suspended_at: string | null
  note: string
  given: GoldAnswerRow[]
  decided_at: string | null
}

/** How hidden items whose answer was known were answered, by people and models. */
export interface GoldFacts {
  items: number
  answers: number
  right: Rate
  suspended: number
  retired: number
}

/** The project's gold as a whole: settings, how many of each state, and the answers to what is trusted. */
export interface GoldHealth {
  settings: GoldSettings
  active: number
  suspended: number
  retired: number
  answers: ShareRight
  days: GoldDay[]
  people: GoldPerson[]
}

/** How many items became gold, and which could not; `next` is the `after` of another call, where one is needed. */
export interface GoldMade {
  made: number
  refused_count: number
  refused: GoldRefused[]
  next: number | null
}

/** A page of gold; `next` is the `after` of the following one. */
export interface GoldPage {
  gold: GoldRow[]
  total: number
  next: number | null
}

/** One annotator on trusted gold. */
export interface GoldPerson {
  person_id: string
  name: string
  sort: string
  answers: ShareRight
  last_answer_at: string
}

/** An item that did not become gold, and why. */
export interface GoldRefused {
  item_id: string
  reason: string
}

/** One gold item with how it was answered. */
export interface GoldRow {
  item_id: string
  task_id: string
  name: string
  item: ItemData
  known: unknown
  known_from: string
  explanation: string
  state: 'active' | 'retired' | 'suspended'
  reason: string
  wrong_probability: number | null
  answers: ShareRight
  last_answer_at: string | null
  made_at: string
  suspended_at: string | null
  note: string
}

/** How many of the tasks handed out are gold, and how far from the known answer a right one may be (a distance). */
export interface GoldSettings {
  share: number
  tolerance: number
}

/** People who share something, PEOPLE_LEAST at least; "" for all who are in no group that is shown. */
export interface GroupCount {
  name: string
  people: number
}

/** The workspace's groups, by name. */
export interface GroupList {
  groups: GroupRow[]
}

/** The new group's id. */
export interface GroupMade {
  group_id: string
}

/** A group that somebody is in. */
export interface GroupName {
  group_id: string
  name: string
}

/** A group of people. */
export interface GroupRow {
  group_id: string
  name: string
  members: number
  created_at: string
}

/** What a field's groups are made of: whether a single object is one, and whether an object may be in several. */
export interface GroupSettings {
  fields?: string[]
  has_singles?: boolean
  may_overlap?: boolean
}

/** A group of people, and how many they are. */
export interface GroupSize {
  group_id: string
  name: string
  members: number
}

/** What a group is called. */
export interface GroupText {
  name: string
}

/** The guideline in Markdown. */
export interface GuidelineText {
  guideline: string
}

/** The guideline as it was in this version, in Markdown. */
export interface GuidelineThen {
  version: number
  created_at: string
  person_id: string
  author: string
  guideline: string
}

/** The version that now counts. */
export interface GuidelineVersion {
  guideline_version: number
}

/** Proof that the lease is still the caller's. */
export interface Held {
  fence: number
}

/** A place shown to a model: on the thing, or beside it; in pixels of the upright image. */
export interface HintIn {
  x_px: number
  y_px: number
  is_beside?: boolean
}

/** The project's imports, newest first. */
export interface ImportList {
  imports: ImportRow[]
}

/** One import with the start of its rejections. */
export interface ImportPage {
  import_id: string
  name: string
  state: string
  source: string
  licence: string
  basis: string
  files: number
  accepted: number
  known: number
  rejected: number
  is_seen: boolean
  created_at: string
  updated_at: string
  rejections: RejectedRow[]
}

/** An import and how far it is. */
export interface ImportRow {
  import_id: string
  name: string
  state: string
  source: string
  licence: string
  basis: string
  files: number
  accepted: number
  known: number
  rejected: number
  is_seen: boolean
  created_at: string
  updated_at: string
}

/** An item with its known answer. */
export interface ImportedExamItem {
  item: ItemData
  known: Record<string, unknown>
  name?: string
  explanation?: string
}

/** Nothing: what the model said is all that there is of it. */
export interface ImportedSettings {

}

/** A link to send; it works once, within seven days. */
export interface Invitation {
  credential_id: string
  token: string
  path: string
}

/** A link that has not been used yet. */
export interface InvitationRow {
  credential_id: string
  role: 'annotator' | 'manager' | 'owner' | 'reviewer'
  expires_at: string
}

/** The secret part of an invitation's link. */
export interface InvitationToken {
  token: string
}

/** What an invitation that can be used is for. */
export interface Invited {
  workspace_name: string
  role: 'annotator' | 'manager' | 'owner' | 'reviewer'
}

/** Somebody who can come by this link, which is shown once. */
export interface InvitedRow {
  line: number
  email: string
  name: string
  path: string
}

/** What to change of these items; None keeps it. A reason excludes them, "" takes them back in. */
export interface ItemChange {
  item_ids: string[]
  priority?: number | null
  batch?: string | null
  excluded_reason?: string | null
  requirement?: Requirement | null
  as_project?: boolean
}

/** The content of an item: texts and other plain values by name, files by name. */
export interface ItemData {
  data?: Record<string, string | number | boolean | null>
  assets?: Record<string, AssetFacts>
}

/** An item with where it came from and all that was said about it. */
export interface ItemDetail {
  item_id: string
  task_id: string
  name: string
  item: ItemData
  state: string
  priority: number
  batch: string
  answers: number
  agreement: number | null
  updated_at: string
  value: unknown
  source: string
  licence: string
  basis: string
  group: string
  created_at: string
  excluded_reason: string
  undecided: string[]
  probability: number | null
  level: number
  level_name: string
  history?: AnswerRow[]
  path?: StepShown[]
  sure?: SureShown[]
  comments?: CommentRow[]
}

/** A page of the grid; `next` is the `after` of the following page. */
export interface ItemPage {
  items: ItemRow[]
  next: string | null
}

/** An item in the grid. */
export interface ItemRow {
  item_id: string
  task_id: string
  name: string
  item: ItemData
  state: string
  priority: number
  batch: string
  answers: number
  agreement: number | null
  updated_at: string
  value: unknown
}

/** How many items were taken, and what was not; at most 1,000 rejections are listed, all are counted. */
export interface ItemsAdded {
  accepted: number
  rejected: RejectedRow[]
  rejected_count?: number
  known?: number
  import_id?: string
}

/** How many items were changed. */
export interface ItemsChanged {
  changed: number
}

/** A new key; the secret is shown once. */
export interface Key {
  credential_id: string
  key: string
}

/** The caller's keys that still work. */
export interface KeyList {
  keys?: KeyRow[]
}

/** One of the caller's keys. */
export interface KeyRow {
  credential_id: string
  name: string
  scopes: ('read' | 'write')[]
  created_at: string
}

/** One class a person can choose; `color` is a CSS hex colour or None for the palette's. */
export interface Label {
  name: string
  color?: string | null
  help?: string
}

/** One label: how many objects carry it, and the share of them that the audit shows wrong. */
export interface LabelFigures {
  field: string
  label: string
  objects: number
  error: Rate | null
}

/** The fields of a project, in the order they are shown. */
export interface LabelSchema {
  fields: Field[]
}

/** Where the backend answers, and how patient we are. */
export interface LabelStudioSettings {
  address: string
  timeout_seconds?: number
  tries?: number
}

/** The language that the caller reads, as BCP 47; empty is the browser's. */
export interface Language {
  language: string
}

/** An item that waits, and since when. */
export interface LateItem {
  item_id: string
  name: string
  since_at: string
  due_at: string
  is_overdue: boolean
  about: string
}

/** A task to work on, until a time. */
export interface LeaseOut {
  lease_id: string
  task_id: string
  item_id: string
  item: ItemData
  name: string
  fence: number
  leased_until: string
  leased_until_us: number
  schema_version: number
  draft: Draft
  returned?: Returned | null
  price?: PriceShown | null
  paid_seconds?: number
  suggestions?: SuggestionOut[]
}

/** Items that are not in the version, and why. */
export interface LeftOut {
  reason: string
  items: number
}

/** What a project promises, in hours; None: nothing. */
export interface LevelHours {
  settled?: number | null
  review?: number | null
  answer?: number | null
}

/** What a project promises, and how it keeps it; of a large one, as it was some seconds ago. */
export interface LevelPage {
  levels: LevelRow[]
  at: string
}

/** How often a promise was kept in the last 7 and 30 days; what waits beyond its time counts as missed. */
export interface LevelRow {
  sort: string
  hours: number
  kept_in_week: number
  missed_in_week: number
  kept_in_month: number
  missed_in_month: number
  waiting: number
  overdue: number
  oldest: LateItem[]
}

/** A review level, and how many tasks wait at it. */
export interface LevelShown {
  name: string
  share?: number
  group_id?: string
  level?: number | null
  group?: string
  tasks?: number
}

/** Settled items that are to be gold, by id, or all that came with labels in an import. */
export interface MakeGold {
  item_ids?: string[]
  import_id?: string
  explanation?: string
  after?: number
}

/** The pixels that the runs mark inside a rectangle, which touches them on all four sides. */
export interface Mask {
  kind: 'mask'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  x_px: number
  y_px: number
  width_px: number
  height_px: number
  rle: string
}

/** The mean agreement of two people over the items that both answered, with its 95 % interval. */
export interface MatrixPair {
  a: string
  b: string
  agreement: number
  low: number
  high: number
  items: number
}

/** Somebody in the agreement matrix; `items` are those they share with another, counted by pair. */
export interface MatrixPerson {
  person_id: string
  name: string
  sort: string
  items: number
}

/** The caller. */
export interface Me {
  person_id: string
  email: string
  name: string
  role: 'annotator' | 'manager' | 'owner' | 'reviewer'
  workspace_id: string
  workspace_name: string
  shortcuts: Record<string, string>
  language: string
  notices: number
  unread?: number
}

/** Who comes into a group and who goes, by id; at most 1,000 in one call. */
export interface MemberChange {
  add?: string[]
  remove?: string[]
}

/** Somebody who may be mentioned. */
export interface Mentionable {
  person_id: string
  name: string
  role: string
}

/** Who may be mentioned on an item. */
export interface MentionableList {
  people: Mentionable[]
}

/** A turn; `label` is its role: system, user, assistant or tool. Text is Markdown. What a model said is taken from the server's own record when the answer is submitted: `original` where it was corrected, `model`, `version`, `finish` and `usage`. */
export interface Message {
  kind: 'message'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  text: string
  parent?: string
  given?: number
  original?: string | null
  reply?: string
  asked?: string
  shown?: number
  model?: string
  version?: string
  finish?: string
  usage?: Usage | null
  rating?: number | null
  scale?: number
  is_preferred?: boolean
  tie?: string
  is_current?: boolean
}

/** Which conversation it is about, who writes in it, and how its messages are judged. */
export interface MessageSettings {
  prompt?: string
  instruction?: string
  writes?: string[]
  models?: string[]
  side_by_side?: number
  system?: string
  reply_tokens_most?: number
  temperature?: number
  scale?: number
  must_rate?: boolean
  must_prefer?: boolean
  tie?: boolean
  correctable?: boolean
  turns_least?: number
  turns_most?: number
}

/** What one model answered, by its name and version. */
export interface ModelAnswers {
  model: string
  answers: number
}

/** Which model it is, and what one of its answers costs. */
export interface ModelFacts {
  model: string
  version: string
  price_minor?: number | null
  currency?: string
}

/** A model's file as it is kept. */
export interface ModelFile {
  sha256: string
  size_bytes: number
}

/** The model as an annotator, and its API key, which is shown once. */
export interface ModelMade {
  person: PersonRow
  key: string
}

/** What an answer costs from now on. */
export interface ModelPrice {
  price_minor: number | null
  currency?: string
}

/** One model in a project: what is asked of it, and how far it has come. */
export interface ModelRule {
  person_id: string
  name: string
  has_rule: boolean
  state?: '' | 'measuring' | 'paused' | 'refused' | 'running'
  error_rate?: number
  check_share?: number
  sample?: number
  least_sample?: number
  bar?: number | null
  checked?: number
  wrong?: number
  error_most?: number | null
  rechecked?: number
  rewrong?: number
  standing?: number
  since?: string
}

/** The workspace's active models, as they stand in a project. */
export interface ModelRules {
  models: ModelRule[]
}

/** How much of a version comes from models. */
export interface ModelShare {
  models: ModelAnswers[]
  answers: number
  items_alone: number
  alone: number
  reviewed: number
}

/** What models cost a project. */
export interface ModelSpending {
  counted_minor: number | null
  uses: ModelUse[]
}

/** What one version of a model's replies in conversations came to. */
export interface ModelSpent {
  predictor_id: string
  model: string
  version: string
  replies: number
  interrupted: number
  tokens_in: number
  tokens_out: number
  cost_minor: number
  currency: string
}

/** What a model's calls came to in a project, for one use of it. */
export interface ModelUse {
  predictor_id: string
  name: string
  version: string
  purpose: 'reply' | 'run' | 'training' | 'trial'
  currency: string
  month: UseTaken
  all: UseTaken
}

/** What models said in a project's conversations, counted. */
export interface ModelsSpent {
  models: ModelSpent[]
}

/** Whether tasks still wait for the priority of their date: then ask for it once more. */
export interface Moving {
  is_moving: boolean
}

/** One of the caller's own answers. */
export interface MyAnswer {
  annotation_id: string
  task_id: string
  item_id: string
  name: string
  state: string
  created_at: string
}

/** The caller's last answers, newest first. */
export interface MyAnswers {
  answers: MyAnswer[]
}

/** What the caller is told of their answers to known items; no item is named. */
export interface MyGold {
  projects: MyGoldRow[]
}

/** The caller's answers to known items in one project, in whole tens, up to the end of yesterday (UTC). */
export interface MyGoldRow {
  project_id: string
  project: string
  answers: ShareRight
}

/** How the caller draws, project by project; only where enough objects were held against others'. */
export interface MyShapes {
  projects: MyShapesRow[]
}

/** How the caller draws in a project. */
export interface MyShapesRow {
  project_id: string
  project: string
  shapes: ShapeSkillShown[]
}

/** How many settled items to draw at random. */
export interface NewAudit {
  size: number
}

/** A comment; it mentions people as @[person_…]. Pinned to an object of an answer where it names one. */
export interface NewComment {
  text: string
  annotation_id?: string
  object_id?: string
}

/** Begins to make a project's items comparable, or goes on with it. */
export interface NewEmbedding {
  predictor_id?: string | null
}

/** An exam, with the schema and guideline of a project, or with a schema of its own. */
export interface NewExam {
  name: string
  skill: string
  mode?: 'exam' | 'training'
  text?: string
  pass_percent?: number
  tolerance?: number
  attempts_most?: number | null
  cool_down_seconds?: number
  valid_days?: number | null
  pay?: TrainingTerms | null
  project_id?: string
  schema?: LabelSchema | null
  guideline?: string
  item_ids?: string[]
  draw?: number
}

/** Settled items of a project, by id or drawn at random; or items that come with their answers. At most 500. */
export interface NewExamItems {
  project_id?: string
  item_ids?: string[]
  draw?: number
  items?: ImportedExamItem[]
}

/** Opens an import: all that is sent under its id belongs together. */
export interface NewImport {
  name: string
  source?: string
  licence?: string
  basis?: string
  files?: number
}

/** Which role the invited person will have. */
export interface NewInvitation {
  role: 'annotator' | 'manager' | 'owner' | 'reviewer'
}

/** An API key: its name and what it may do. */
export interface NewKey {
  name: string
  scopes?: ('read' | 'write')[]
}

/** A model that will answer through the queue. */
export interface NewModel {
  model: string
  version: string
  price_minor?: number | null
  currency?: string
}

/** What is asked of a model before its answers may stand alone. */
export interface NewModelRule {
  error_rate: number
  check_share?: number
  sample?: number
}

/** Collect all that is due in a currency, up to now or to an earlier moment (RFC 3339). */
export interface NewPayRun {
  currency: string
  upto?: string | null
}

/** A model that Goldsmith will ask itself. */
export interface NewPredictor {
  name: string
  version: string
  sort: string
  settings?: Record<string, unknown>
  secret?: string
  price_minor?: number | null
  currency?: string
}

/** A project: its name, its label schema, how many answers an item gets, and whether they are reviewed. */
export interface NewProject {
  name: string
  schema: LabelSchema
  overlap?: number
  overlap_most?: number | null
  review?: boolean
  stop_risk?: number | null
  guideline?: string
}

/** A model that is to go through the open items. */
export interface NewRun {
  predictor_id: string
  sort?: 'answer' | 'suggest'
  batch?: string
}

/** How to cut: the share of each split; groups are never cut in two. Empty: no splits. */
export interface NewVersion {
  name?: string
  splits?: Record<string, number>
  seed?: number
  audit_id?: string
}

/** A notice to the caller about their own answers, with its evidence; it names no other person. */
export interface Notice {
  signal_id: string
  project_id: string
  project: string
  field: string
  sort: 'collapse' | 'copying' | 'model' | 'pace' | 'twins'
  state: 'answered' | 'closed' | 'dismissed' | 'new' | 'noticed'
  evidence: SignalEvidence
  words: string
  answer: string
  reason: string
  outcome: '' | 'agreed' | 'confirmed' | 'nothing_found'
  noticed_at: string
  answered_at: string | null
  decided_at: string | null
}

/** The caller's notices, newest first. */
export interface NoticeList {
  notices: Notice[]
}

/** The caller's notices, newest first; `next` is the `after` of the following page. */
export interface NoticePage {
  notices: NoticeRow[]
  next: string | null
  unread: number
}

/** What the caller should know of: a mention, work that came back, a decision, or whatever else has happened. */
export interface NoticeRow {
  notice_id: string
  sort: string
  about: string
  project_id: string
  project: string
  item_id: string
  item: string
  link: string
  text: string
  by: string
  created_at: string
  is_read: boolean
}

/** What is said with a notice, or about one. */
export interface NoticeWords {
  words: string
}

/** Notices that were read, or are to be unread again; `upto`: all up to this one were read. */
export interface NoticesRead {
  notice_ids?: string[]
  upto?: string
  is_read?: boolean
}

/** The amount for the question `label`, in the field's unit. */
export interface Number {
  kind: 'number'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  number: number
}

/** Which numbers a field takes. */
export interface NumberSettings {
  minimum?: number | null
  maximum?: number | null
  step?: number | null
  unit?: string
}

/** Objects that belong together, by id. */
export interface ObjectGroup {
  kind: 'group'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  members: string[]
}

/** Why the answer should have been accepted. */
export interface Objection {
  words: string
}

/** The file, what goes into it, and what its output means. */
export interface OnnxSettings {
  file_sha256: string
  field?: string
  labels?: string[]
  task?: 'classify' | 'detect' | 'embed'
  key?: string
  width?: number
  height?: number
  layout?: 'NCHW' | 'NHWC'
  scale?: number
  mean?: [number, number, number]
  std?: [number, number, number]
  boxes?: 'columns' | 'parts' | 'rows'
  least?: number
  overlap_most?: number
}

/** A public link by which annotators join, with a number of places and an end. */
export interface OpenCall {
  name: string
  text?: string
  asks?: ('country' | 'devices' | 'hours' | 'languages' | 'skills' | 'time_zone')[]
  places: number
  is_direct?: boolean
  group_id?: string
  ends_at: string
}

/** What to change; None keeps it. */
export interface OpenCallChange {
  state?: string | null
  places?: number | null
  ends_at?: string | null
}

/** The workspace's open calls, newest first. */
export interface OpenCallList {
  calls: OpenCallRow[]
}

/** An open call as its managers see it. */
export interface OpenCallRow {
  call_id: string
  name: string
  text: string
  asks: string[]
  places: number
  taken: number
  pending: number
  is_direct: boolean
  group_name: string
  state: string
  why_closed: string
  created_at: string
  ends_at: string
  path: string
}

/** An open call as everybody sees it who has the link. */
export interface OpenCallShown {
  workspace_name: string
  name: string
  text: string
  asks: string[]
  is_direct: boolean
  places_left: number
  ends_at: string
  why_closed: string
}

/** Where the model is, what it is called there, and how it is asked. */
export interface OpenaiSettings {
  address: string
  model: string
  instruction?: string
  prompts?: Record<string, string>
  form?: 'object' | 'schema' | 'text'
  sees_pictures?: boolean
  temperature?: number
  tokens_most?: number
  timeout_seconds?: number
  tries?: number
  parallel?: number
  input_minor?: number
  output_minor?: number
  currency?: string
}

/** One step: put or remove an object of a field, replace the whole value, or keep an unfinished shape. `operation_id` is made by the client; the same id twice counts once. */
export interface Operation {
  operation_id: string
  action: 'put' | 'remove' | 'replace' | 'sketch'
  field?: string
  object_id?: string
  object?: Record<string, unknown> | null
  value?: Record<string, (Record<string, unknown>)[]> | null
}

/** Steps of the editor, in their order. */
export interface Operations {
  fence: number
  operations: Operation[]
}

/** How the queue is ordered by what models learn. */
export interface OrderState {
  waiting: number
  updated_at: string | null
}

/** How many items have how many answers. */
export interface Overlap {
  answers: number
  items: number
}

/** The median active seconds of an answer, with the 95 % interval from six timed answers on. */
export interface PaceFigure {
  seconds: number
  low: number | null
  high: number | null
  timed: number
}

/** What one person earned in the project. */
export interface PaidPerson {
  person_id: string
  name: string
  answers: number
  checks: number
  work_seconds: number
  amount_minor: number
  currency: string
  hourly_minor: number | null
}

/** How well two annotators agree on the items that both answered. */
export interface PairAgreement {
  a: string
  b: string
  agreement: number
  items: number
}

/** What is due, and the runs, newest first. */
export interface PayRunList {
  due: DueSum[]
  runs: PayRunRow[]
}

/** A run with its payments. */
export interface PayRunPage {
  pay_run_id: string
  currency: string
  state: 'collecting' | 'made' | 'paid'
  upto: string
  created_at: string
  paid_at: string | null
  author: string
  people: number
  amount_minor: number
  failed_minor: number
  without_account: number
  payments: PaymentRow[]
}

/** A pay run and what became of it. */
export interface PayRunRow {
  pay_run_id: string
  currency: string
  state: 'collecting' | 'made' | 'paid'
  upto: string
  created_at: string
  paid_at: string | null
  author: string
  people: number
  amount_minor: number
  failed_minor: number
  without_account: number
}

/** Why the bank did not pay. */
export interface PaymentFailed {
  reason: string
}

/** What one pay run pays one person. */
export interface PaymentRow {
  payment_id: string
  pay_run_id: string
  person_id: string
  person: string
  amount_minor: number
  currency: string
  state: 'failed' | 'made' | 'paid'
  reason: string
  created_at: string
  has_account: boolean
}

/** A list of people: a first line with the names of the columns, then a line each. The columns are email, name, languages ("de:native; en"), country, town, time_zone, groups ("night; medical") and skills ("radiology:80; first aid"); only email is needed. `is_trial`: only look, invite nobody. */
export interface PeopleCsv {
  csv: string
  is_trial?: boolean
}

/** A page of the people who were asked for, and the invitations that are out. */
export interface PeopleList {
  people: PersonRow[]
  invitations: InvitationRow[]
  total?: number
  next?: string | null
}

/** A new role, or whether the person may still sign in. */
export interface PersonChange {
  role?: 'annotator' | 'manager' | 'owner' | 'reviewer' | null
  state?: string | null
}

/** One person of the workspace, or a model that answers. */
export interface PersonRow {
  person_id: string
  email: string
  name: string
  role: 'annotator' | 'manager' | 'owner' | 'reviewer'
  state: string
  created_at: string
  answers: number
  model?: ModelFacts | null
  country?: string
  languages?: SpokenLanguage[]
  skills?: string[]
  groups?: string[]
}

/** How a picture is cut; level 0 has its own pixels, each further one half as many on each axis. */
export interface PictureTiles {
  is_ready: boolean
  width_px?: number
  height_px?: number
  tile_px?: number
  levels?: number
  media_type?: string
  least?: number
  most?: number
  low?: number
  high?: number
}

/** A comment, pinned to an object where it names one. */
export interface PinnedComment {
  text: string
  annotation_id?: string
  object_id?: string
}

/** A place; the origin is the image's top left corner. */
export interface Point {
  kind: 'point'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  x_px: number
  y_px: number
}

/** An outer ring of (x, y) points, not closed, and the rings cut out of it. */
export interface Polygon {
  kind: 'polygon'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  points: ([number, number])[]
  holes?: (([number, number])[])[]
}

/** (x, y) points in order, two at least. */
export interface Polyline {
  kind: 'polyline'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  points: ([number, number])[]
}

/** A person by the name that the manifest has for them, and how many items of the version they answered. */
export interface PoolMember {
  pseudonym: string
  answers: number
}

/** A share with and without predictions; `rate` is the narrower of the two. */
export interface Powered {
  rate: Rate
  plain: Rate
  weight: number
}

/** What is to be different; what is left out stays. */
export interface PredictorChange {
  settings?: Record<string, unknown> | null
  version?: string | null
  secret?: string | null
}

/** The workspace's models that predict, and the sorts that there are. */
export interface PredictorList {
  predictors: PredictorRow[]
  sorts: PredictorSort[]
}

/** A model that predicts; its key is never told, only whether it has one. */
export interface PredictorRow {
  predictor_id: string
  person_id: string
  name: string
  version: string
  sort: string
  settings: Record<string, unknown>
  has_secret: boolean
  created_at: string
  checked_at: string | null
  latency_ms: number | null
  says: string
  error: string
  price_minor?: number | null
  currency?: string
}

/** A sort of model that there is. */
export interface PredictorSort {
  name: string
  is_trained_here: boolean
  is_taught: boolean
  lacks?: string
}

/** The response preferred by the criterion `label`, by name; empty: neither. `strength` is 1 (slightly) … `strengths`, and 0 for a tie. `shown` holds both names, the first on the first side. */
export interface Preference {
  kind: 'preference'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  chosen: string
  strength: number
  strengths: number
  shown: string[]
}

/** Which texts of an item are compared, and how they may be answered. */
export interface PreferenceSettings {
  prompt?: string
  responses?: string[]
  tie?: boolean
  strengths?: number
  shuffled?: boolean
}

/** What the caller would earn now; `is_budget_out`: nothing new is handed out until money is put in. */
export interface PriceNow {
  price: PriceShown | null
  floor_minor: number
  is_budget_out: boolean
  review?: PriceShown | null
  audit?: PriceShown | null
  is_review_out?: boolean
  is_audit_out?: boolean
}

/** What an answer earns: `amount_minor` for one task, accepted answer, object or minute, as `sort` says. */
export interface PriceShown {
  sort: 'answer' | 'minute' | 'none' | 'object' | 'task'
  currency: string
  amount_minor: number
  most_minor: number
  release_days: number
}

/** A price with the least that an hour of active time earns, by country ("" for all others). */
export interface PriceTerms {
  sort: 'answer' | 'minute' | 'none' | 'object' | 'task'
  currency: string
  amount_minor?: number
  most_minor?: number
  release_days?: number
  floor_minor?: Record<string, number>
  review?: CheckTerms | null
  audit?: CheckTerms | null
}

/** A price that was put in force, when and by whom. */
export interface PriceVersion {
  sort: 'answer' | 'minute' | 'none' | 'object' | 'task'
  currency: string
  amount_minor?: number
  most_minor?: number
  release_days?: number
  floor_minor?: Record<string, number>
  review?: CheckTerms | null
  audit?: CheckTerms | null
  version: number
  created_at: string
  author: string
}

/** What a person says of themselves; an empty text is not known. */
export interface Profile {
  languages?: SpokenLanguage[]
  country?: string
  town?: string
  time_zone?: string
  hours?: WorkingHours[]
  devices?: ('computer' | 'headphones' | 'phone' | 'stylus' | 'tablet' | 'vr_headset')[]
}

/** The whole profile, and the skills that are claimed; None keeps those. */
export interface ProfileChange {
  profile: Profile
  skills?: SkillClaim[] | null
}

/** What a profile can be made of. */
export interface ProfileChoices {
  countries: string[]
  languages: string[]
  time_zones: string[]
  levels: ('basic' | 'fluent' | 'native')[]
  devices: ('computer' | 'headphones' | 'phone' | 'stylus' | 'tablet' | 'vr_headset')[]
}

/** All that is known of a person. */
export interface ProfilePage {
  person_id: string
  name: string
  email: string
  state: string
  profile: Profile
  qualifications: QualificationRow[]
  groups: GroupName[]
}

/** What the overview draws. */
export interface Progress {
  counts: Counts
  series: BurnUpPoint[]
  forecast: ForecastSpan | null
  forecast_reason: string
  agreement: AgreementFigure[]
  pairs: PairAgreement[]
  people: Throughput[]
  waiting?: Waiting[]
}

/** What to change; None keeps it. A new overlap counts for items that come after. */
export interface ProjectChange {
  name?: string | null
  overlap?: number | null
  overlap_most?: number | null
  review?: boolean | null
  stop_risk?: number | null
  state?: string | null
}

/** The workspace's projects, newest first. */
export interface ProjectList {
  projects: ProjectRow[]
}

/** The new project's id. */
export interface ProjectMade {
  project_id: string
}

/** One project with all that a labelling view needs. */
export interface ProjectPage {
  project_id: string
  name: string
  state: string
  kinds: string[]
  overlap: number
  review: boolean
  counts: Counts
  created_at: string
  overlap_most: number
  stop_risk: number | null
  schema: LabelSchema
  schema_version: number
  guideline: string
  guideline_version: number
  price?: PriceShown | null
  terms_version?: number
  adjudicates?: boolean
  preference?: '' | 'best' | 'least_work'
  left_to_finish?: number | null
}

/** How a project pays, and how far its money goes. */
export interface ProjectPay {
  price: PriceTerms | null
  versions: PriceVersion[]
  budgets: BudgetRow[]
  forecast: CostForecast | null
  forecast_reason: string
  people: PaidPerson[]
}

/** A project in the list. */
export interface ProjectRow {
  project_id: string
  name: string
  state: string
  kinds: string[]
  overlap: number
  review: boolean
  counts: Counts
  created_at: string
}

/** A skill that somebody has, and how they were judged. */
export interface QualificationRow {
  skill: string
  source: 'claimed' | 'exam' | 'measured'
  score: number | null
  granted_at: string
  expires_at: string | null
  is_valid: boolean
  exam: string
  right_answers: number | null
  total: number | null
}

/** How a figure is spread over people: a tenth of them is below `tenth`, half below `half`, and so on. */
export interface Quantiles {
  people: number
  tenth: number
  quarter: number
  half: number
  three_quarters: number
  nine_tenths: number
}

/** Of which project it is, and which of its questions it answers. */
export interface QuickSettings {
  project_id: string
  field: string
  key?: string
  embedder?: string
}

/** How many more answers a quota allows. */
export interface QuotaLeft {
  about: string
  is_daily: boolean
  most: number
  left: number
}

/** The responses by name, best first, equal ones together; `shown` holds all of them as they were shown. */
export interface Ranking {
  kind: 'ranking'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  order: string[][]
  shown: string[]
}

/** Which texts of an item are put in order. */
export interface RankingSettings {
  prompt?: string
  responses?: string[]
  ties?: boolean
  shuffled?: boolean
}

/** A share of the whole as a sample shows it, with its interval. */
export interface Rate {
  value: number | null
  low: number
  high: number
  n: number
  items: number
  confidence: number
  method: string
}

/** Level 1 … `levels` for the criterion `label`; the highest is best. */
export interface Rating {
  kind: 'rating'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  level: number
  levels: number
}

/** The scale of a field of ratings. */
export interface RatingSettings {
  levels?: number
  low?: string
  high?: string
  weights?: Record<string, number>
}

/** Why a task is skipped. */
export interface Refusal {
  fence: number
  reason: string
}

/** One line that is no entry, and why. */
export interface RefusedEntry {
  line: number
  reason: string
  text: string
}

/** A line that was not taken, and why. */
export interface RefusedLine {
  line: number
  column: string
  reason: string
  text: string
}

/** What was not taken, where it stood and why. */
export interface RejectedRow {
  index: number
  reason: string
  place?: string
  known?: boolean
}

/** From the object `source` to the object `target`, both by id. */
export interface Relation {
  kind: 'relation'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  source: string
  target: string
}

/** From what to what a relation may go: labels of objects. */
export interface RelationPair {
  source: string
  target: string
}

/** What a field's relations join; for a label without pairs, anything to anything. `symmetric` names the labels that say the same both ways. */
export interface RelationSettings {
  fields?: string[]
  pairs?: Record<string, RelationPair[]>
  symmetric?: string[]
}

/** Replies, in the order in which they were asked for and are shown. */
export interface Replies {
  replies: ReplyShown[]
}

/** What the field's models are to answer: the conversation so far, its last message last. */
export interface ReplyAsked {
  fence: number
  field: string
  parent: string
  messages: Said[]
  continues?: string
}

/** One line of the stream: what came of a reply, and whether it ended. */
export interface ReplyPart {
  reply_id: string
  text: string
  is_whole: boolean
  finish: string
  problem: string
}

/** A reply as far as it has come. Which model writes it is not told. */
export interface ReplyShown {
  reply_id: string
  parent: string
  asked: string
  shown: number
  continues: string
  text: string
  finish: string
  problem: string
}

/** What a writer wrote and what the format could not hold, counted by loss. */
export interface Report {
  records?: number
  objects?: number
  losses?: Record<string, number>
}

/** All of it must be met; what is empty asks for nothing. */
export interface Requirement {
  skills?: Record<string, number>
  languages?: Record<string, 'basic' | 'fluent' | 'native'>
  countries?: string[]
  groups?: string[]
  reliability?: number | null
  annotators?: 'all' | 'models' | 'people'
  claimed?: boolean
  reviewers?: boolean
}

/** Why a reviewer gave the answer back. */
export interface Returned {
  comment: string
  comments: PinnedComment[]
}

/** An answer that was returned, why, and what became of an appeal. */
export interface ReturnedWork {
  annotation_id: string
  project_id: string
  project: string
  item: string
  amount_minor: number
  currency: string
  reason: string
  appeal_id: string | null
  appeal_state: string | null
  words: string
  answer: string
}

/** One look at a task's answers by somebody who has no part in them. */
export interface ReviewLevel {
  name: string
  share?: number
  group_id?: string
  level?: number | null
}

/** A task to judge: all answers, and what they come to. */
export interface ReviewOut {
  lease_id: string
  task_id: string
  item_id: string
  item: ItemData
  name: string
  fence: number
  leased_until: string
  leased_until_us: number
  why: 'escalated' | 'review' | 'undecided'
  reasons: string[]
  level: number
  level_name: string
  may_escalate: boolean
  probability: number | null
  sure: SureShown[]
  answers: AnswerShown[]
  merged: Record<string, unknown>
  agreement: number | null
  differences: DifferenceShown[]
  comments?: PinnedComment[]
  path?: StepShown[]
  draft?: Draft | null
  price?: PriceShown | null
  suggestions?: SuggestionBeside[]
}

/** Reviews that wait, and why the caller is not given them; each counted up to 1,000. */
export interface ReviewsWaiting {
  waiting: number
  for_others: number
  labelled: number
  judged: number
  skipped: number
  with_others: number
}

/** A rectangle turned clockwise about its middle. */
export interface RotatedBox {
  kind: 'rotated_box'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  centre_x_px: number
  centre_y_px: number
  width_px: number
  height_px: number
  angle_deg?: number
}

/** Who may work in a project, how much and when; all of it is replaced, and counts from the next lease on. */
export interface RoutingChange {
  requirement?: Requirement
  rules?: WorkRule[]
  stages_apart?: boolean
  preference?: '' | 'best' | 'least_work'
}

/** What is in force, and what there is in the workspace to choose from. */
export interface RoutingPage {
  requirement?: Requirement
  rules?: WorkRule[]
  stages_apart?: boolean
  preference?: '' | 'best' | 'least_work'
  by_batch: Record<string, Requirement>
  groups: GroupSize[]
  skills: string[]
  languages: string[]
  countries: string[]
}

/** What a manager asks of a model before its answers may stand alone in a project. */
export interface Rule {
  error_rate: number
  check_share?: number
  sample?: number
}

/** Which words and patterns say which label of which field. */
export interface RulesSettings {
  field: string
  terms?: string[]
  patterns?: string[]
  file_sha256?: string
  file_label?: string
  file_attribute?: string
  is_exact?: boolean
  key?: string
}

/** An item without a prediction. */
export interface RunFailure {
  item_id: string
  name: string
  reason: string
  tries: number
}

/** The newest runs of a project. */
export interface RunList {
  runs: RunRow[]
}

/** A model's way through a project's items. */
export interface RunRow {
  run_id: string
  predictor_id: string
  name: string
  sort: 'answer' | 'suggest'
  state: 'cancelled' | 'done' | 'failed' | 'paused' | 'running'
  is_stalled: boolean
  batch: string
  total: number
  done: number
  failed: number
  tokens_in: number
  tokens_out: number
  cost_minor: number
  currency: string
  error: string
  created_at: string
  updated_at: string
  failures?: RunFailure[]
}

/** A message of a conversation, as the models that answer are told it. */
export interface Said {
  role: string
  text: string
}

/** Whether the schema can work, and what it would break. */
export interface SchemaCheck {
  schema: LabelSchema | null
  problems: string[]
  breaks: Break[]
  remarks?: SchemaRemark[]
  schema_version?: number | null
}

/** A schema to check or to put in force, as an object, as YAML or JSON text, or as a Label Studio configuration. */
export interface SchemaDraft {
  schema?: LabelSchema | null
  text?: string
  accept_breaks?: boolean
}

/** What became of a part of a Label Studio configuration that was not taken over as it is. */
export interface SchemaRemark {
  line: number
  tag: string
  sort: 'differs' | 'look' | 'lost'
  text: string
}

/** The label schema as it was in this version. */
export interface SchemaThen {
  version: number
  created_at: string
  person_id: string
  author: string
  schema: LabelSchema
}

/** Imports whose rejections wait for nobody any more. */
export interface SeenImports {
  import_ids: string[]
}

/** What a model is shown of a thing; nothing at all only makes the picture ready. */
export interface SegmentAsked {
  segmenter: string
  hints?: HintIn[]
  box?: [number, number, number, number] | null
}

/** The pixels of the thing as a mask has them, and how sure the model is; no width: it found none. */
export interface SegmentOut {
  x_px?: number
  y_px?: number
  width_px?: number
  height_px?: number
  rle?: string
  score?: number
}

/** A model that can be shown where a thing is. */
export interface SegmenterRow {
  predictor_id: string
  name: string
}

/** The two files of a model, and how a picture goes into it; the usual values are those of SAM. */
export interface SegmenterSettings {
  encoder_sha256: string
  decoder_sha256: string
  longest_px?: number
  mean?: [number, number, number]
  std?: [number, number, number]
}

/** How somebody draws the objects of a field, as measured. */
export interface ShapeSkillShown {
  field: string
  found: number
  imagined: number
  border: number | null
  unit: string
  things: number
}

/** How many answers were right, as a share with its 95 % interval; None where nothing was answered. */
export interface ShareRight {
  answered: number
  right: number
  share: number | null
  low: number | null
  high: number | null
}

/** From a time to a later one of the same day, on each of these days. */
export interface Shift {
  days: number[]
  begins: string
  ends: string
}

/** The caller's own keys: action → keys. */
export interface Shortcuts {
  shortcuts: Record<string, string>
}

/** What a signal rests on: figures by name, how improbable they are in honest work, and examples. */
export interface SignalEvidence {
  p: number
  q: number
  tests: number
  figures: Record<string, number>
  label: string
  examples: SignalExample[]
}

/** One item that shows it: what was given, what the other or most others gave, and the seconds of both. Of shapes: how many have the same coordinates, and how many the other drew. */
export interface SignalExample {
  item_id: string
  item: string
  given: string
  other: string
  seconds: number | null
  seconds_usual: number | null
}

/** A page of signals, newest first; and when the answers were last looked at. */
export interface SignalPage {
  signals: SignalRow[]
  next: string | null
  looked_at: string | null
  answers: number
  tests: number
}

/** Something odd in somebody's answers, for a person to judge; it changes nothing by itself. */
export interface SignalRow {
  signal_id: string
  project_id: string
  person_id: string
  person: string
  other_id: string
  other: string
  field: string
  sort: 'collapse' | 'copying' | 'model' | 'pace' | 'twins'
  strength: 'notable' | 'strong' | 'very_strong'
  state: 'answered' | 'closed' | 'dismissed' | 'new' | 'noticed'
  answers: number
  evidence: SignalEvidence
  words: string
  noticed_by: string
  answer: string
  reason: string
  outcome: '' | 'agreed' | 'confirmed' | 'nothing_found'
  decided_by: string
  created_at: string
  noticed_at: string | null
  answered_at: string | null
  decided_at: string | null
}

/** Who vouches for a certificate; it is over the canonical bytes of all else that the certificate says. */
export interface Signature {
  algorithm: 'ed25519'
  key_id: string
  public_key: string
  value: string
}

/** The workspace's signing keys, the one in force first. */
export interface SigningKeyList {
  keys: SigningKeyRow[]
}

/** What anybody may know of a key that certificates are signed with. */
export interface SigningKeyRow {
  key_id: string
  public_key: string
  made_at: string
  is_in_force: boolean
}

/** The items most like the one asked for; none where that one has not been come to yet. */
export interface SimilarPage {
  items: SimilarRow[]
  next: string | null
  about: ItemRow | null
  embedding: EmbeddingState
}

/** An item, and how like the one asked for it is: the cosine of the two, from -1 to 1. */
export interface SimilarRow {
  item_id: string
  task_id: string
  name: string
  item: ItemData
  state: string
  priority: number
  batch: string
  answers: number
  agreement: number | null
  updated_at: string
  value: unknown
  similarity: number
}

/** (x, y, visibility) of each point of the template, in its order. 2 is seen, 1 there but hidden, 0 not there: the place of such a point says nothing. */
export interface Skeleton {
  kind: 'skeleton'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  points: ([number, number, number])[]
}

/** A point of the template, and where it lies in a box around the whole, in shares of its sides, in [0, 1]. */
export interface SkeletonPoint {
  name: string
  x_share: number
  y_share: number
}

/** The template of a field of skeletons; without points any number of them is taken, and none has a name. */
export interface SkeletonSettings {
  points?: SkeletonPoint[]
  edges?: ([string, string])[]
  swaps?: ([string, string])[]
}

/** A skill that a person says they have. */
export interface SkillClaim {
  skill: string
  score?: number | null
}

/** How often an annotator's answers in this project are right, as measured, and on how many that rests. */
export interface SkillShown {
  share: number
  answers: number
  shapes?: ShapeSkillShown[]
}

/** Code points start to end of a text, end not included, and those of each further part; an emoji may be several. `more` holds (start, end) of the parts after the first, in the order of the text, something between each two. */
export interface Span {
  kind: 'span'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  start: number
  end: number
  more?: ([number, number])[]
}

/** A language that a person knows, and how well. */
export interface SpokenLanguage {
  language: string
  level: 'basic' | 'fluent' | 'native'
}

/** One payment with all that it is made of; the lines sum to its amount. */
export interface Statement {
  payment: PaymentRow
  upto: string
  workspace: string
  account: BankDetails | null
  lines: StatementRow[]
}

/** One amount of a statement, and its cause. */
export interface StatementRow {
  at: string
  cause: 'annotation' | 'appeal' | 'audit' | 'bonus' | 'budget' | 'correction' | 'pay_run' | 'review' | 'top_up' | 'training'
  amount_minor: number
  project: string
  item: string
  note: string
}

/** The label of step `step`, counted from 1, and a remark on it; remarks do not count in agreement. */
export interface Step {
  kind: 'step'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  step: number
  comment?: string
}

/** Where an item's trace is. */
export interface StepSettings {
  trace?: string
}

/** What became of a task at a review level. */
export interface StepShown {
  what: 'accepted' | 'drawn' | 'escalated' | 'excluded' | 'fixed' | 'moved' | 'returned'
  level: number
  name: string
  share: number | null
  author: string
  words: string
  created_at: string
  workflow_version: number
}

/** Until when the lease now runs. */
export interface StillHeld {
  leased_until: string
  leased_until_us: number
}

/** The answer's id. */
export interface Submitted {
  annotation_id: string
}

/** Which models' predictions annotators of a project see, and whether these order the queue. */
export interface Suggesting {
  shown?: string[]
  blind_share?: number
  threshold?: number
  order?: '' | 'both' | 'doubt' | 'spread'
  order_by?: string
  batch_size?: number
  cost_most_minor?: number | null
  cost_currency?: string
  cost_per?: 'all' | 'month'
}

/** Which models' predictions annotators see, and whether these order the queue; all of it is replaced. */
export interface SuggestingForm {
  shown?: string[]
  blind_share?: number
  threshold?: number
  order?: '' | 'both' | 'doubt' | 'spread'
  order_by?: string
  batch_size?: number
  cost_most_minor?: number | null
  cost_currency?: string
  cost_per?: 'all' | 'month'
}

/** What a model predicted of a task, beside the answers to it; it is none of them. */
export interface SuggestionBeside {
  person_id: string
  name: string
  value: Record<string, (Record<string, unknown>)[]>
  scores: Record<string, number>
  departures: DepartureShown[]
}

/** What became of a model's suggestions: of those that annotators saw, and how right it was where they did not. */
export interface SuggestionFigures {
  person_id: string
  name: string
  items: number
  shown?: number
  taken?: number
  changed?: number
  dropped?: number
  added?: number
  blind?: number
  alike?: number
  distance?: number | null
}

/** What a model predicted of the task; it is nobody's answer until its objects are taken over, with their ids. */
export interface SuggestionOut {
  person_id: string
  name: string
  value: Record<string, (Record<string, unknown>)[]>
  scores: Record<string, number>
  threshold: number
}

/** A project's suggestions: what is in force, and what came of it. */
export interface SuggestionPage {
  suggesting: Suggesting
  figures: SuggestionFigures[]
  order: OrderState
  spending: ModelSpending
}

/** How sure an object is, by the skill of those who answered. */
export interface SureShown {
  object_id: string
  probability: number
  is_kept: boolean
  is_in_doubt: boolean
  marked_as: Record<string, string>
}

/** A category chosen, by its whole path. */
export interface Taxonomy {
  kind: 'taxonomy'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
}

/** What became of the answers that were sent. */
export interface Teaching {
  sent: number
  left_out: number
  says: string
}

/** A model to which the project's answers are to be sent. */
export interface TeachingForm {
  predictor_id: string
}

/** A label schema to start from. */
export interface Template {
  name: string
  title: string
  description: string
  medium: string
  schema: LabelSchema
  sample: ItemData
  guideline: string
}

/** The templates that come along. */
export interface TemplateList {
  templates: Template[]
}

/** The version that the caller has read and accepts. */
export interface TermsAccepted {
  version: number
}

/** The newest terms, and what the caller accepted last. */
export interface TermsPage {
  version: number
  terms: string
  is_needed: boolean
  accepted_version: number | null
  accepted_at: string | null
}

/** The terms in Markdown; an empty text asks nobody for anything. */
export interface TermsText {
  terms: string
}

/** The terms as they were in this version, in Markdown. */
export interface TermsThen {
  version: number
  created_at: string
  person_id: string
  author: string
  terms: string
}

/** The newest version. */
export interface TermsVersion {
  terms_version: number
}

/** What was written for the question `label`. */
export interface Text {
  kind: 'text'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  text: string
}

/** What a text starts from, and how long it may be. */
export interface TextSettings {
  source?: string
  prompt?: string
  starts_with_source?: boolean
  minimum?: number
  maximum?: number
  direction?: string
}

/** What was said about an item, oldest first, as far as the caller may see it. */
export interface Thread {
  item_id: string
  name: string
  comments: CommentRow[]
}

/** One annotator's pace and agreement with the others. */
export interface Throughput {
  person_id: string
  name: string
  answers: number
  answers_per_hour: number | null
  answers_per_hour_low: number | null
  answers_per_hour_high: number | null
  median_seconds: number | null
  agreement: number | null
  agreement_low: number | null
  agreement_high: number | null
  returned: number
  sort?: string
}

/** Where the workspace's money for training is; projects may pay for training as well, out of their own. */
export interface TrainingBudget {
  budgets: BudgetRow[]
}

/** What each answered item of a training earns, once a person; right or wrong. */
export interface TrainingTerms {
  amount_minor: number
  currency: string
  release_days?: number
  project_id?: string
}

/** One item to be predicted now; nothing is kept. */
export interface Tried {
  project_id: string
  item_id?: string
}

/** What the model says of the item. */
export interface TryAnswer {
  item_id: string
  name: string
  value: Record<string, unknown>
  scores: Record<string, number>
  doubt: number | null
  seconds: number
  tokens_in?: number
  tokens_out?: number
  cost_minor?: number
  currency?: string
  error?: string
}

/** A page of undecided items, and where the next begins. */
export interface UndecidedPage {
  items: UndecidedRow[]
  next: number | null
}

/** An item whose answers settle nothing, and why. */
export interface UndecidedRow {
  item_id: string
  name: string
  batch: string
  reasons: string[]
  answers: number
  agreement: number | null
  probability: number | null
  field: string
  votes: VoteCount[]
  entropy: number | null
  updated_at: string
}

/** How many notices the caller has not read, up to 100. */
export interface Unread {
  unread: number
}

/** The tokens that one reply took, as its model counted them. */
export interface Usage {
  tokens_in: number
  tokens_out: number
}

/** Calls to a model, and what they took. */
export interface UseTaken {
  calls: number
  failed: number
  tokens_in: number
  tokens_out: number
  cost_minor: number
}

/** What checking a file came to; the sentences of `broken` and `unknown` say why it is not sound. */
export interface Verification {
  outcome: 'broken' | 'sound' | 'unknown'
  project: string
  version: number | null
  sha256: string
  form: string
  is_signed: boolean
  key_id: string
  public_key: string
  is_key_known: boolean
  items: number | null
  records: number
  assets: number
  others: number
  broken: string[]
  unknown: string[]
}

/** How a version differs from an earlier one; at most 1,000 ids of each, all are counted. */
export interface VersionDiff {
  version: number
  against: number
  added: number
  removed: number
  changed: number
  moved: number
  added_ids: string[]
  removed_ids: string[]
  changed_ids: string[]
}

/** Which dataset version is certified, and under which rules it was made. */
export interface VersionFacts {
  project: string
  version: number
  sha256: string
  cut_at_us: number
  schema_version: number
  schema_sha256: string
  guideline_version?: number | null
}

/** The project's versions, newest first. */
export interface VersionList {
  versions: VersionRow[]
}

/** One version with its certificate (a `goldsmith.quality.certificate.Certificate` as JSON). */
export interface VersionPage {
  version: number
  name: string
  hash: string
  items: number
  objects: number
  left_out: Record<string, number>
  splits: Record<string, number>
  created_at: string
  error_rate: number | null
  low: number | null
  high: number | null
  is_new?: boolean
  certificate: Record<string, unknown>
}

/** A dataset version; its hash names its content. */
export interface VersionRow {
  version: number
  name: string
  hash: string
  items: number
  objects: number
  left_out: Record<string, number>
  splits: Record<string, number>
  created_at: string
  error_rate: number | null
  low: number | null
  high: number | null
  is_new?: boolean
}

/** One thing that can be meant: its id within the vocabulary, its name, and what else it is called. */
export interface VocabularyEntry {
  id: string
  name: string
  aliases?: string[]
  description?: string
}

/** The workspace's vocabularies, by name. */
export interface VocabularyList {
  vocabularies: VocabularyRow[]
}

/** The id of a new vocabulary. */
export interface VocabularyMade {
  vocabulary_id: string
}

/** A vocabulary: how much is in it, and which projects ask from it. */
export interface VocabularyRow {
  vocabulary_id: string
  name: string
  entries: number
  projects: string[]
  updated_at: string
}

/** What a new vocabulary is called. */
export interface VocabularyText {
  name: string
}

/** How many chose a label; "" is leaving the field empty. */
export interface VoteCount {
  label: string
  votes: number
}

/** Work that waits for a decision. */
export interface Waiting {
  what: string
  why: string
  level: string
  items: number
  oldest_at: string | null
}

/** What waits for people. */
export interface WaitingPage {
  waiting: WaitingRow[]
}

/** Open work of one stage that asks for the same, and why it waits. */
export interface WaitingRow {
  stage: 'audit' | 'label' | 'review'
  level: number
  level_name: string
  requirement: Requirement | null
  asks: string
  open: number
  qualified: number
  on: number
  people: CandidateRow[]
  why: string
  is_stuck: boolean
  is_kept?: boolean
}

/** How much, and when, each person or a group may work in a project. */
export interface WorkRule {
  about?: string
  per_day?: number | null
  in_total?: number | null
  hours?: Shift[]
  zone?: string
}

/** A workflow to put in force; a level without a number is new. `version`: the one that it takes the place of. */
export interface WorkflowChange {
  version: number
  reviews?: ReviewLevel[]
  adjudication?: Adjudication | null
}

/** What becomes of a project's tasks, from the label step to settled. */
export interface WorkflowPage {
  version: number
  overlap: number
  overlap_most: number
  stop_risk: number | null
  reviews: LevelShown[]
  adjudication: AdjudicationShown | null
  elsewhere?: number
}

/** The workflow as it was in this version. */
export interface WorkflowThen {
  version: number
  created_at: string
  person_id: string
  author: string
  reviews: ReviewLevel[]
  adjudication: Adjudication | null
}

/** A span of one day of every week, in the person's time zone; one that passes midnight is two. */
export interface WorkingHours {
  day: number
  start_minute: number
  end_minute: number
}

/** The workspace's name and what an import assumes when nothing is said. */
export interface WorkspaceSettings {
  name: string
  licence: string
  basis: string
}

/** The share of settled items that is taken to be wrong, and what says so: an audit, the mean risk, or nothing. */
export interface WrongShare {
  basis: 'audit' | 'none' | 'risk'
  share: number
  low: number | null
  high: number | null
  items: number
}

/** An object of any built-in kind. */
export type KnownObject = Box | Choice | Cuboid2d | Ellipse | Mask | Message | Number | ObjectGroup | Point | Polygon | Polyline | Preference | Ranking | Rating | Relation | RotatedBox | Skeleton | Span | Step | Taxonomy | Text
