/** Work time: what a person spends on a task, without the time they were away. */

const IDLE_SECONDS = 60

/** Counts the seconds between calls, as long as somebody is there. Times are milliseconds of any one clock. */
export class WorkClock {
  private lastTickMs: number
  private lastActMs: number

  constructor(nowMs: number) {
    this.lastTickMs = nowMs
    this.lastActMs = nowMs
  }

  /** A key, a click, a movement. */
  act(nowMs: number): void {
    this.lastActMs = nowMs
  }

  /** Seconds of work since the last tick; none while hidden or once idle for a minute. */
  tick(nowMs: number, isVisible: boolean): number {
    const until = Math.min(nowMs, this.lastActMs + IDLE_SECONDS * 1000)
    const worked = isVisible ? Math.max(0, until - this.lastTickMs) / 1000 : 0
    this.lastTickMs = nowMs
    return worked
  }
}

/** Tells each second how long somebody worked in it, until `signal` aborts. */
export function watchWork(signal: AbortSignal, ontick: (seconds: number) => void): void {
  const clock = new WorkClock(performance.now())
  for (const name of ['pointerdown', 'pointermove', 'keydown', 'wheel']) {
    addEventListener(name, () => clock.act(performance.now()), { signal, passive: true })
  }
  const ticking = setInterval(() => ontick(clock.tick(performance.now(), !document.hidden)), 1000)
  signal.addEventListener('abort', () => clearInterval(ticking))
}

/** 161 seconds are "2:41". */
export function minutes(seconds: number): string {
  const whole = Math.floor(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
