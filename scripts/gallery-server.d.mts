/** A gallery that is being served. */
export interface Served {
  address: string
  stop: () => Promise<void>
}

/** Serves the gallery from its sources, so that a change of the element's looks shows at once. */
export function serveSources(port: number): Promise<Served>

/** Bundles the gallery into a folder of its own and serves that on a free port. */
export function serveBundle(): Promise<Served>
