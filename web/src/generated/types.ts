/* Made by `python -m goldsmith.server.typescript` from the Structs on the wire; do not edit. */

/** The steps that are on the disk now. */
export interface Acknowledged {
  leased_until: string
  leased_until_us: number
  acknowledged: string[]
}

/** Krippendorff's alpha of a field, with its interval; `reason` where it is undefined. */
export interface AgreementFigure {
  field: string
  alpha: number | null
  low: number | null
  high: number | null
  items: number
  reason: string
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
}

/** One annotator's answer in a review; the annotator is a letter, not a name. */
export interface AnswerShown {
  annotation_id: string
  annotator: string
  value: Record<string, unknown>
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

/** A question about one object: an option chosen, a number, a text or a yes/no. */
export interface Attribute {
  name: string
  sort: 'flag' | 'number' | 'select' | 'text'
  options?: string[]
  labels?: string[]
  required?: boolean
  minimum?: number | null
  maximum?: number | null
}

/** The auditor's own answer, given without seeing the dataset's. */
export interface AuditAnswer {
  fence: number
  value: Record<string, unknown>
  work_seconds?: number | null
}

/** How the dataset's answer differs from the auditor's; the auditor says which differences are errors. */
export interface AuditCompared {
  audit_seat_id: string
  item: ItemData
  dataset_value: Record<string, unknown>
  own_value: Record<string, unknown>
  differences: DifferenceShown[]
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

/** How many items were settled and answers given until this time. */
export interface BurnUpPoint {
  at: string
  settled: number
  answers: number
}

/** What a dataset version holds, who made it, how good it is, and how that is known. */
export interface Certificate {
  format: 'goldsmith-certificate/1'
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
}

/** A label chosen; it has no place. */
export interface Choice {
  kind: 'choice'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
}

/** A comment on an item, pinned to an object of an answer where it names one. */
export interface CommentRow {
  comment_id: string
  annotation_id: string
  object_id: string
  author: string
  text: string
  created_at: string
}

/** True where the field `field` holds an object with one of the labels `any_of`. */
export interface Condition {
  field: string
  any_of: string[]
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

/** What was decided. */
export interface Decided {
  decision: string
}

/** A reviewer's word: accepted (the merged answer), fixed (with a value), returned (with a comment). */
export interface Decision {
  fence: number
  decision: 'accepted' | 'fixed' | 'returned'
  comment?: string
  comments?: PinnedComment[]
  value?: Record<string, unknown> | null
  annotation_ids?: string[]
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
}

/** Krippendorff's alpha of one field. */
export interface FieldAgreement {
  field: string
  measure: string
  alpha: Alpha
  population?: number | null
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
  created_at: string
  updated_at: string
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

/** What to change of these items; None keeps it. A reason excludes them, "" takes them back in. */
export interface ItemChange {
  item_ids: string[]
  priority?: number | null
  batch?: string | null
  excluded_reason?: string | null
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
  history?: AnswerRow[]
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

/** The language that the caller reads, as BCP 47; empty is the browser's. */
export interface Language {
  language: string
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
}

/** Items that are not in the version, and why. */
export interface LeftOut {
  reason: string
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

/** How many settled items to draw at random. */
export interface NewAudit {
  size: number
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

/** A project: its name, its label schema, how many answers an item gets, and whether they are reviewed. */
export interface NewProject {
  name: string
  schema: LabelSchema
  overlap?: number
  overlap_most?: number | null
  review?: boolean
  guideline?: string
}

/** How to cut: the share of each split; groups are never cut in two. Empty: no splits. */
export interface NewVersion {
  name?: string
  splits?: Record<string, number>
  seed?: number
  audit_id?: string
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

/** How many items have how many answers. */
export interface Overlap {
  answers: number
  items: number
}

/** How well two annotators agree on the items that both answered. */
export interface PairAgreement {
  a: string
  b: string
  agreement: number
  items: number
}

/** Everybody of the workspace, and the invitations that are out. */
export interface PeopleList {
  people: PersonRow[]
  invitations: InvitationRow[]
}

/** A new role, or whether the person may still sign in. */
export interface PersonChange {
  role?: 'annotator' | 'manager' | 'owner' | 'reviewer' | null
  state?: string | null
}

/** One person of the workspace. */
export interface PersonRow {
  person_id: string
  email: string
  name: string
  role: 'annotator' | 'manager' | 'owner' | 'reviewer'
  state: string
  created_at: string
  answers: number
}

/** A comment, pinned to an object where it names one. */
export interface PinnedComment {
  text: string
  annotation_id?: string
  object_id?: string
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
  schema: LabelSchema
  schema_version: number
  guideline: string
  guideline_version: number
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

/** Why a task is skipped. */
export interface Refusal {
  fence: number
  reason: string
}

/** What was not taken, where it stood and why. */
export interface RejectedRow {
  index: number
  reason: string
  place?: string
  known?: boolean
}

/** What a writer wrote and what the format could not hold, counted by loss. */
export interface Report {
  records?: number
  objects?: number
  losses?: Record<string, number>
}

/** Why a reviewer gave the answer back. */
export interface Returned {
  comment: string
  comments: PinnedComment[]
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
  why: 'review' | 'undecided'
  reasons: string[]
  answers: AnswerShown[]
  merged: Record<string, unknown>
  agreement: number | null
  differences: DifferenceShown[]
  comments?: PinnedComment[]
  draft?: Draft | null
}

/** Reviews that wait, and why the caller is not given them; each counted up to 1,000. */
export interface ReviewsWaiting {
  waiting: number
  labelled: number
  skipped: number
  with_others: number
}

/** Whether the schema can work, and what it would break. */
export interface SchemaCheck {
  schema: LabelSchema | null
  problems: string[]
  breaks: Break[]
  schema_version?: number | null
}

/** A schema to check or to put in force, as an object or as YAML or JSON text. */
export interface SchemaDraft {
  schema?: LabelSchema | null
  text?: string
  accept_breaks?: boolean
}

/** The label schema as it was in this version. */
export interface SchemaThen {
  version: number
  created_at: string
  person_id: string
  author: string
  schema: LabelSchema
}

/** The caller's own keys: action → keys. */
export interface Shortcuts {
  shortcuts: Record<string, string>
}

/** Code points start to end of a text, end not included; an emoji may be several. */
export interface Span {
  kind: 'span'
  id: string
  label: string
  asset?: string
  attributes?: Record<string, string | number | boolean>
  start: number
  end: number
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

/** Work that waits for a decision. */
export interface Waiting {
  what: string
  why: string
  items: number
  oldest_at: string | null
}

/** The workspace's name and what an import assumes when nothing is said. */
export interface WorkspaceSettings {
  name: string
  licence: string
  basis: string
}

/** An object of any built-in kind. */
export type KnownObject = Box | Choice | Polygon | Span
