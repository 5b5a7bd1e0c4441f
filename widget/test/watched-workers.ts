/** Watches which workers are made, and puts others in their place. */
const Real = globalThis.Worker

/** Every worker since the last `watchWorkers()`. */
export const workers = { made: 0, ended: 0 }

/** What a stand-in does when it is given its task. */
export type StandIn = (worker: Worker) => void

/** Counts workers from now on; `standIn` acts instead of real ones. */
export function watchWorkers(standIn?: StandIn): void {
  Object.assign(workers, { made: 0, ended: 0 })
  globalThis.Worker = class extends Real {
    constructor(url: string | URL) {
      super(url)
      workers.made++
    }
    override postMessage(message: unknown): void {
      if (standIn) standIn(this)
      else super.postMessage(message)
    }
    override terminate(): void {
      workers.ended++
      super.terminate()
    }
  }
}

/** Makes this page one without workers. */
export function removeWorkers(): void {
  Object.assign(globalThis, { Worker: undefined })
}
