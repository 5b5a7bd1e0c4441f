/**
 * What both halves share and strangers depend on: addresses, bodies, problem codes, claims.
 *
 * @packageDocumentation
 */
export * from './challenge.js'
export * from './digits.js'
export * from './idempotency.js'
export * from './key-proof.js'
export * from './numbering-plan.js'
export * as PATHS from './paths.js'
export * as PATTERNS from './patterns.js'
export * from './problem.js'
export * from './site.js'
export * from './siteverify.js'
export * from './token.js'
export * from './verification.js'
