import type { Clock } from '../clock.js'

/** A clock that moves when told to. */
export class FakeClock implements Clock {
  private time: number
  private timers: { due: number; callback: () => void }[] = []

  constructor(time = Date.now()) {
    this.time = time
  }

  now(): number {
    return this.time
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { due: this.time + milliseconds, callback }
    this.timers.push(timer)
    return () => void (this.timers = this.timers.filter((other) => other !== timer))
  }

  /** Lets that many seconds pass, timer by timer. */
  pass(seconds: number): void {
    const end = this.time + seconds * 1000
    for (;;) {
      const next = this.timers.filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0]
      if (!next) break
      this.timers = this.timers.filter((timer) => timer !== next)
      this.time = next.due
      next.callback()
    }
    this.time = end
  }

  /** Lets the machine sleep for that many seconds, which its timers do not count. */
  sleep(seconds: number): void {
    this.time += seconds * 1000
    for (const timer of this.timers) timer.due += seconds * 1000
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.timers.length
  }
}
