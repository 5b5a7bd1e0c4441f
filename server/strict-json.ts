import { visit } from 'jsonc-parser'
import { VerificationError } from './refusal/verification-error.js'

/** How deep objects and arrays may be nested; the body itself is the first level. */
const MAX_DEPTH = 4

/** Names that reach an object's prototype when a body is merged or copied carelessly. */
const PROTOTYPE_NAMES = new Set(['__proto__', 'constructor', 'prototype'])

// NUL ends a string for some stores, and lone surrogates all become one character when they are encoded or
// hashed: two texts that differ here could be one text there.
const AMBIGUOUS = /[\0\p{Cs}]/u

/**
 * Parses a body that is a JSON object in the sense of I-JSON (RFC 7493): strict JSON, no member twice at any
 * depth, no lone surrogates in a name or a string; moreover no NUL, no name that reaches a prototype and at
 * most four levels.
 *
 * Takes time linear in the text's length, which it does not limit. The members' values have not been checked.
 *
 * @throws VerificationError `invalid_request`
 */
export function readStrictJson(text: string): unknown {
  const value = parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse()
  checkStructure(text)
  return value
}

function refuse(): never {
  throw new VerificationError('invalid_request')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A SyntaxError quotes the text, and with it a code or a phone number.
    refuse()
  }
}

function checkStructure(text: string): void {
  const namesByLevel: Set<string>[] = []

  function enter(): void {
    // Thrown at once and not collected, so that the visitor never recurses deeper than this.
    if (namesByLevel.push(new Set()) > MAX_DEPTH) refuse()
  }

  function leave(): void {
    namesByLevel.pop()
  }

  visit(text, {
    onObjectBegin: enter,
    onArrayBegin: enter,
    onObjectEnd: leave,
    onArrayEnd: leave,
    onObjectProperty(name) {
      const names = namesByLevel.at(-1)
      if (names?.has(name) || PROTOTYPE_NAMES.has(name) || AMBIGUOUS.test(name)) refuse()
      names?.add(name)
    },
    onLiteralValue(value) {
      if (typeof value === 'string' && AMBIGUOUS.test(value)) refuse()
    },
    // The text is known to be JSON: should this parser disagree, it must not skip the rest in silence.
    onError: refuse,
  })
}
