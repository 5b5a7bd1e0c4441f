import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'

/** How far the system's clock may be from ours before ours is set to it, in milliseconds. */
const TOLERANCE = 6 * 60_000

/** Milliseconds for which a reading of the uptime is used. Reading is slow, and it is no finer than this. */
const SAMPLE = 10

/** Milliseconds after which a process reads the shared anchor again. */
const AGREEMENT = 1000

/** Where time comes from. */
export interface TimeSources {
  /** The system's clock, in milliseconds since 1970. Anybody may set it. */
  wall(): number
  /** Milliseconds since the machine started, its sleep included: the same for all its processes. */
  uptime(): number
  /** Milliseconds since any moment, cheap and fine. May stand still while the machine sleeps. */
  steady(): number
  /** Names this run of the machine; empty where the system has no name for it. */
  readonly boot: string
}

/** What a clock counts from: when, in milliseconds since 1970, the machine started. */
export interface Anchor {
  readonly boot: string
  readonly bootedAt: number
}

/**
 * Keeps the anchor of all who share a clock: replaces it by what `choose` returns for it, in one atomic step.
 *
 * @returns the anchor that is kept from now on.
 */
export type AnchorPlace = (choose: (kept: Anchor | undefined) => Anchor) => Anchor

/** The time of this machine. */
export function systemTime(): TimeSources {
  return {
    wall: () => Date.now(),
    uptime: () => uptime() * 1000,
    steady: () => performance.now(),
    boot: bootName(),
  }
}

function bootName(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}

/**
 * The anchor to count from: the one that is kept, unless it belongs to another run of the machine or is more than six minutes
 * away from what the system's clock says now. Then that is believed.
 */
function anchorFor(kept: Anchor | undefined, seen: Anchor): Anchor {
  const good = kept?.boot === seen.boot && Math.abs(kept.bootedAt - seen.bootedAt) <= TOLERANCE
  return good ? kept : seen
}

/**
 * One clock for all who share `place`, in milliseconds since 1970: right when it was first set, right after the machine
 * slept, and not moved when somebody sets the system's clock by up to five minutes either way (SR-D24).
 *
 * It never runs backwards, except when the system's clock was off by more than that and is put right: otherwise it would have to
 * stand still for that long.
 */
export function sharedClock(sources: TimeSources, place: AnchorPlace = ownPlace()): () => number {
  let anchor: Anchor | undefined
  let sample = { uptime: -Infinity, at: -Infinity }
  let agreedAt = -Infinity
  let latest = -Infinity

  return function now() {
    const steady = sources.steady()
    if (!anchor || steady - sample.at >= SAMPLE) {
      const uptime = sources.uptime()
      const seen = { boot: sources.boot, bootedAt: Math.round(sources.wall() - uptime) }
      if (uptime - agreedAt >= AGREEMENT || anchorFor(anchor, seen) !== anchor) {
        const agreed = place((kept) => anchorFor(kept, seen))
        if (agreed.bootedAt !== anchor?.bootedAt) latest = -Infinity
        anchor = agreed
        agreedAt = uptime
      }
      sample = { uptime, at: steady }
    }
    latest = Math.max(latest, Math.floor(anchor.bootedAt + sample.uptime + steady - sample.at))
    return latest
  }
}

function ownPlace(): AnchorPlace {
  let anchor: Anchor | undefined
  return (choose) => (anchor = choose(anchor))
}
