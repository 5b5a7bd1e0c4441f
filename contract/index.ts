/**
 * What both halves share and strangers depend on: addresses, bodies, problem codes, claims.
 *
 * @packageDocumentation
 */
export * from './challenge.js'
export * from './digits.js'
export * from './key-proof.js'
export * from './numbering-plan.js'
export * from './paths.js'
export * from './problem.js'
export * from './site.js'
export * from './siteverify.js'
export * from './token.js'
export * from './verification.js'
