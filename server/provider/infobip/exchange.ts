/**
 * How one call over the network ended. It holds no object of the SDK's, as these carry the key and the code.
 *
 * `not_asked`: we did not try. `not_reached`: not one byte of the request left. `no_answer`: anything may have happened.
 */
export type Exchange =
  | { status: number; retryAfter: number | undefined; body: unknown }
  | { failure: 'not_asked' | 'not_reached' | 'no_answer'; reason: string }
