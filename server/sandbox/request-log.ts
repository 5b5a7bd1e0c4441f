/** One request to the simulated API. Holds no header and no body. */
export interface SandboxRequest {
  method: string
  path: string
  /** As it stood in the address, without `?`; empty when there was none. */
  query: string
  /** Status of the answer; `null` while, or because, there is none. */
  status: number | null
  /** ISO 8601 UTC, with milliseconds. */
  at: string
}

const MOST_REQUESTS = 10_000

/** The newest 10,000 requests to the simulated API, in the order in which they came. */
export class RequestLog {
  readonly #requests: SandboxRequest[] = []

  /** Keeps the request and returns it, so that its status can be filled in later. */
  add(request: SandboxRequest): SandboxRequest {
    this.#requests.push(request)
    if (this.#requests.length > MOST_REQUESTS) this.#requests.shift()
    return request
  }

  requests(): SandboxRequest[] {
    return this.#requests.map((request) => ({ ...request }))
  }
}
