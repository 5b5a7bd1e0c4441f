import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import {
  IDEMPOTENCY_HEADER,
  IDEMPOTENCY_KEY_PATTERN,
  KEY_PROOF_HEADER,
  KEY_PROOF_PATTERN,
  PATHS,
  PROBLEM_CODES,
  PROBLEM_STATUS,
} from '../../contract/index.js'
import { PROBLEM_TITLE } from '../refusal/problem-titles.js'
import { ANSWER_TTL } from '../verification/idempotency.js'
import { openApiDocument } from './openapi.js'

const document = openApiDocument('https://otp.example')
const paths = document.paths as Record<string, { get?: object; post?: Record<string, unknown> }>

describe('the description of the API', () => {
  it('has every call, its body taken from the schema that checks it', () => {
    for (const path of [
      PATHS.start,
      PATHS.resend,
      PATHS.check,
      PATHS.status,
      PATHS.token,
      PATHS.challenges,
      PATHS.siteverify,
    ]) {
      expect(paths[path]?.post, path).toBeDefined()
    }
    const gets = [
      ...['/v1/sites/{sitekey}', '/v1/sites/{sitekey}/numbering-plans/{callingCode}'],
      ...['/.well-known/jwks.json', '/v1/integrity.json'],
    ]
    for (const path of gets) expect(paths[path]?.get, path).toBeDefined()
    // What is neither a page's nor a backend's to call.
    const left = [PATHS.deliveryReports, PATHS.script, PATHS.locales, PATHS.openapi]
    const described = Object.keys(paths).map((path) => path.replace(/\/\{.*/, ''))
    expect(new Set([...described, ...left])).toEqual(
      new Set(Object.values(PATHS).filter((path) => path !== PATHS.numberingPlans)),
    )
    expect(paths[PATHS.check]?.post?.['requestBody']).toMatchObject({
      content: {
        'application/json': { schema: { additionalProperties: false, required: ['verificationId', 'code'] } },
      },
    })
  })

  it('has the header of proofs on every call of a verification (SR-A17)', () => {
    for (const path of [PATHS.start, PATHS.resend, PATHS.check, PATHS.status, PATHS.token]) {
      const parameters = paths[path]?.post?.['parameters']
      expect(parameters, path).toContainEqual(expect.objectContaining({ name: 'DPoP', in: 'header' }))
    }
  })

  it('has the form of each header that a call may have', () => {
    const forms = Object.values(paths)
      .flatMap(({ post }) => (post?.['parameters'] ?? []) as { name: string; schema: { pattern: string } }[])
      .map(({ name, schema }) => [name, schema.pattern] as const)
    expect(new Map(forms)).toEqual(
      new Map([
        [IDEMPOTENCY_HEADER, IDEMPOTENCY_KEY_PATTERN.source],
        [KEY_PROOF_HEADER, KEY_PROOF_PATTERN.source],
      ]),
    )
  })

  it('says, as docs/api.md does, for how long an idempotency key is remembered', async () => {
    const span = `or ${ANSWER_TTL / 60_000} minutes the same key gets`
    for (const path of [PATHS.start, PATHS.resend, PATHS.check]) {
      expect(paths[path]?.post?.['parameters'], path).toContainEqual(
        expect.objectContaining({ name: 'Idempotency-Key', description: expect.stringContaining(span) }),
      )
    }
    const page = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8')
    expect(page).toContain(span)
  })

  it('has the headers about resends where they are sent, and nowhere else (SR-D08)', () => {
    const described = Object.entries(paths).flatMap(([path, { post = {} }]) =>
      Object.entries((post['responses'] ?? {}) as Record<string, { headers?: object }>)
        .filter(([, { headers }]) => headers !== undefined)
        .map(([status, { headers }]) => [path, status, ...Object.keys(headers!)]),
    )
    const fields = ['RateLimit-Policy', 'RateLimit']
    expect(described).toEqual([
      [PATHS.start, '201', ...fields],
      [PATHS.resend, '200', ...fields],
      [PATHS.resend, '429', ...fields],
      [PATHS.status, '200', ...fields],
    ])
  })

  it.each(['start', 'resend', 'check', 'token'] as const)(
    'names every refusal that %s makes itself',
    async (call) => {
      const source = await readFile(new URL(`../verification/${call}.ts`, import.meta.url), 'utf8')
      const made = [...source.matchAll(/new VerificationError\('(\w+)'/g)].map(([, code]) => code)
      expect(made.length).toBeGreaterThan(0)
      const responses = paths[PATHS[call]]?.post?.['responses'] as Record<string, { description: string }>
      const named = Object.values(responses).flatMap(({ description }) => description.split(', '))
      expect(named).toEqual(expect.arrayContaining(made))
    },
  )

  it('names every problem code somewhere', () => {
    const text = JSON.stringify(document.paths)
    for (const code of PROBLEM_CODES) expect(text, code).toContain(code)
  })
})

describe('docs/problems.md', () => {
  it('has a row for every code, with its status and its sentence, and no other', async () => {
    const page = await readFile(new URL('../../docs/problems.md', import.meta.url), 'utf8')
    const rows = page.split('\n').filter((line) => line.startsWith('| `'))
    const expected = PROBLEM_CODES.map(
      (code) => `| \`${code}\` | ${PROBLEM_STATUS[code]} | ${PROBLEM_TITLE[code]} |`,
    )
    expect(rows).toEqual(expected)
  })
})
