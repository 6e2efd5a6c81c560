/** A profile being looked at and changed, one's own or another's. */
import type { Profile, ProfilePage, SkillClaim } from '@/generated/types'
import { ask, asError, type ApiError } from '@/lib/api'
import { say } from '@/lib/language.svelte'

export class ProfileDesk {
  page = $state.raw<ProfilePage | null>(null)
  profile = $state.raw<Profile>({})
  skills = $state.raw<SkillClaim[]>([])
  error = $state.raw<ApiError | null>(null)
  said = $state('')
  isBusy = $state(false)
  private kept = $state('')
  readonly isChanged = $derived(this.page !== null && this.written() !== this.kept)

  constructor(readonly path: string) {}

  load = (): Promise<void> => this.#during(async () => this.#show(await ask<ProfilePage>('GET', this.path)))

  save(): Promise<void> {
    return this.#during(async () => {
      this.#show(await ask<ProfilePage>('PUT', this.path, this.body))
      this.said = say('member.saved')
    })
  }

  get body(): { profile: Profile; skills: SkillClaim[] } {
    return { profile: this.profile, skills: this.skills }
  }

  private written(): string {
    return JSON.stringify([this.profile, this.skills])
  }

  #show(page: ProfilePage): void {
    this.page = page
    this.profile = page.profile
    const claimed = page.qualifications.filter(({ source }) => source === 'claimed')
    this.skills = claimed.map(({ skill, score }) => ({ skill, score }))
    this.kept = this.written()
  }

  async #during(act: () => Promise<void>): Promise<void> {
    this.isBusy = true
    this.said = ''
    try {
      await act()
      this.error = null
    } catch (thrown) {
      this.error = asError(thrown)
    }
    this.isBusy = false
  }
}
