/** An auditor's items: each answered blind, then compared with the dataset, then judged. */
import type { AuditCompared, AuditList, AuditRow, LeaseOut, ProjectPage } from '@/generated/types'
import { api, ask, asError } from '@/lib/api'
import { Notes } from '@/lib/notes'
import type { Value } from '@/lib/types'
import { Desk } from '@/work/desk.svelte'

export type Verdicts = Readonly<Record<number, boolean>>

/** An answer that was handed in and is not judged yet. Handed in again, it gives the same comparison again. */
interface HandedIn {
  readonly lease_id: string
  readonly fence: number
  readonly value: Value
  readonly work_seconds: number
  readonly verdicts: Verdicts
}

export class Audits extends Desk<LeaseOut> {
  audit = $state.raw<AuditRow | null>(null)
  compared = $state.raw<AuditCompared | null>(null)
  verdicts = $state.raw<Verdicts>({})
  seconds = 0
  private readonly notes: Notes<HandedIn>

  constructor(
    project: ProjectPage,
    personId: string,
    private readonly auditId: string,
  ) {
    super(project, personId, 'audit')
    this.notes = new Notes(personId)
  }

  async next(): Promise<void> {
    await this.during(async () => {
      const { audits } = await ask<AuditList>('GET', `${this.path}`)
      this.audit = audits.find((one) => one.audit_id === this.auditId) ?? null
      if (await this.compareWhatWasLeft()) return
      this.seconds = 0
      const task = await api<LeaseOut>('POST', `${this.path}/${this.auditId}/lease`)
      this.take(task, {}, task?.draft)
    })
  }

  /** Hands the answer in. */
  async submit(value: Value): Promise<void> {
    const task = this.current
    if (!task || this.isBusy) return
    const { lease_id, fence } = task
    const answer: HandedIn = { lease_id, fence, value, work_seconds: Math.round(this.seconds), verdicts: {} }
    const isDone = await this.during(async () => {
      await this.saving.sync.flush()
      await this.handIn(answer)
      this.finish(task)
      this.notice = ''
    })
    if (isDone && !this.compared) await this.next()
  }

  /** Keeps the verdicts given so far. */
  judgeSoFar(verdicts: Verdicts): void {
    this.verdicts = verdicts
    const answer = this.notes.read(this.auditId)
    if (answer) this.notes.write(this.auditId, { ...answer, verdicts })
  }

  /** Says which differences are errors of the dataset, and goes on. */
  async judge(errors: number[]): Promise<void> {
    const seatId = this.compared?.audit_seat_id
    if (!seatId || this.isBusy) return
    if (await this.during(() => this.settle(seatId, errors))) await this.next()
  }

  /** The page may go while the answer is on its way: the next visit asks for the comparison then. */
  private async handIn(answer: HandedIn): Promise<void> {
    this.notes.write(this.auditId, answer)
    try {
      await this.compare(answer)
    } catch (thrown) {
      this.notes.drop(this.auditId) // the person sees that it went wrong, and may go on with the answer
      throw thrown
    }
  }

  /** The comparison that an earlier visit did not judge; false where there is none. */
  private async compareWhatWasLeft(): Promise<boolean> {
    const left = this.notes.read(this.auditId)
    if (!left) return false
    try {
      await this.compare(left)
    } catch (thrown) {
      if (![400, 404, 409].includes(asError(thrown).status)) throw thrown
      this.notes.drop(this.auditId) // it was not taken: the answer is the draft, and comes with its task
    }
    return this.compared !== null
  }

  private async compare({ lease_id, verdicts, ...answer }: HandedIn): Promise<void> {
    const found = await ask<AuditCompared>('POST', `/api/audit-leases/${lease_id}/submit`, answer)
    if (!found.differences.length) return this.settle(found.audit_seat_id, [])
    this.take(null)
    this.isEmpty = false
    this.verdicts = verdicts
    this.compared = found
  }

  private async settle(seatId: string, errors: number[]): Promise<void> {
    await api('POST', `/api/audit-seats/${seatId}/verdict`, { errors })
    this.notes.drop(this.auditId)
    this.compared = null
  }

  private get path(): string {
    return `/api/projects/${this.project.project_id}/audits`
  }
}
