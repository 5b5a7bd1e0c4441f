import { createHash } from 'node:crypto'

/** What is looked for, at least eight bytes, by the name under which a find is reported. */
export type Needles = Map<string, Buffer>

/** Bytes by which needles are found at first: no needle is shorter. */
const PREFIX = 8

/** Characters of a secret that must never stand in a row anywhere. */
const PIECE = 16

/**
 * Every form in which a number might be kept without a key: as it is written, encoded, or under a plain digest, which
 * is found by trying all numbers.
 *
 * @param e164 with `+`, of a country with a calling code of one digit.
 */
export function numberForms(e164: string): Needles {
  const spellings = { E164: e164, plain: e164.slice(1), national: e164.slice(2), tail: e164.slice(-8) }
  const needles: Needles = new Map()
  for (const [name, text] of Object.entries(spellings)) {
    const bytes = Buffer.from(text)
    needles.set(name, bytes)
    needles.set(`${name}, reversed`, Buffer.from([...text].reverse().join('')))
    for (const [encoding, encoded] of Object.entries(encodings(bytes))) {
      needles.set(`${name}, ${encoding}`, encoded)
    }
    // As a store keeps a text that happens to be base64url.
    needles.set(`${name}, packed`, Buffer.from(text, 'base64url'))
    for (const algorithm of ['sha256', 'sha1', 'md5']) {
      const digest = createHash(algorithm).update(text).digest()
      needles.set(`${name}, ${algorithm}`, digest)
      for (const [encoding, encoded] of Object.entries(encodings(digest))) {
        needles.set(`${name}, ${algorithm}, ${encoding}`, encoded)
      }
    }
  }
  return new Map([...needles].filter(([, needle]) => needle.length >= PREFIX))
}

/** The forms of a code but for the code itself, which any six digits may be by chance. */
export function codeForms(code: string): Needles {
  const needles: Needles = new Map()
  for (const [encoding, encoded] of Object.entries(encodings(Buffer.from(code)))) {
    needles.set(`code, ${encoding}`, encoded)
  }
  for (const algorithm of ['sha256', 'sha1', 'md5']) {
    const digest = createHash(algorithm).update(code).digest()
    needles.set(`code, ${algorithm}`, digest)
    for (const [encoding, encoded] of Object.entries(encodings(digest))) {
      needles.set(`code, ${algorithm}, ${encoding}`, encoded)
    }
  }
  return needles
}

/** Pieces of a secret such that any 31 characters of it in a row hold one; for short ones, any 16. */
export function pieces(name: string, secret: string): Needles {
  const stride = secret.length > 100 ? PIECE : 1
  const needles: Needles = new Map()
  for (let at = 0; at + PIECE <= secret.length; at += stride) {
    needles.set(`${name} at ${at}`, Buffer.from(secret.slice(at, at + PIECE)))
  }
  return needles
}

/** Looks for all needles at once, in one pass over each text. @returns the names of those found, each once. */
export function finder(all: Iterable<readonly [string, Buffer]>): (texts: Iterable<Buffer>) => Set<string> {
  const byPrefix = new Map<string, { name: string; needle: Buffer }[]>()
  // Most places begin no needle: a bit for each hash of a prefix says so without looking it up.
  const maybe = new Uint8Array(1 << 24)
  for (const [name, needle] of all) {
    if (needle.length < PREFIX) throw new Error(`too short to look for: ${name}`)
    const prefix = needle.toString('latin1', 0, PREFIX)
    const sharing = byPrefix.get(prefix)
    if (sharing) sharing.push({ name, needle })
    else byPrefix.set(prefix, [{ name, needle }])
    maybe[hash(needle, 0)] = 1
  }
  return function find(texts) {
    const found = new Set<string>()
    for (const text of texts) {
      for (let at = 0; at + PREFIX <= text.length; at++) {
        if (maybe[hash(text, at)] === 0) continue
        for (const { name, needle } of byPrefix.get(text.toString('latin1', at, at + PREFIX)) ?? []) {
          if (text.compare(needle, 0, needle.length, at, at + needle.length) === 0) found.add(name)
        }
      }
    }
    return found
  }
}

function hash(bytes: Buffer, at: number): number {
  const mixed =
    Math.imul(bytes.readInt32LE(at), 0x9e3779b1) ^ Math.imul(bytes.readInt32LE(at + 4), 0x85ebca6b)
  return (mixed ^ (mixed >>> 15)) & 0xffffff
}

/** The usual spellings of bytes. Base64 without its last, incomplete group, which depends on what follows. */
function encodings(bytes: Buffer): Record<string, Buffer> {
  const whole = bytes.length - (bytes.length % 3)
  return {
    hex: Buffer.from(bytes.toString('hex')),
    'capital hex': Buffer.from(bytes.toString('hex').toUpperCase()),
    base64: Buffer.from(bytes.toString('base64', 0, whole)),
    base64url: Buffer.from(bytes.toString('base64url', 0, whole)),
  }
}
