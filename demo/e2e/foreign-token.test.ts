import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATHS, type VerificationApproved, type VerificationPending } from '../../contract/index.js'
import { startStack, type Stack } from './stack.js'

let stack: Stack

beforeAll(async () => {
  stack = await startStack()
})

afterAll(() => stack.stop())

describe('tokens posted to the shop by hand', () => {
  it('greets with a token that was issued for this visit, and refuses it the second time', async () => {
    const { cookie, nonce } = await openShop()
    const token = await prove('+12025550101', { sitekey: 'demo', action: 'signup', nonce })
    expect((await post(cookie, token)).text).toContain('+12025550101')
    expect(await post(cookie, token)).toMatchObject({ status: 403, refusal: 'used' })
  })

  it.each([
    ['for another site of the same server', { sitekey: 'other', action: 'signup' }, 'foreign'],
    ['for another purpose', { sitekey: 'demo', action: 'reset' }, 'other_purpose'],
  ])('refuses a genuine token %s', async (_title, request, refusal) => {
    const { cookie, nonce } = await openShop()
    const token = await prove('+12025550102', { ...request, nonce })
    expect(await post(cookie, token)).toMatchObject({ status: 403, refusal })
  })

  it('refuses a genuine token of another visit', async () => {
    const mine = await openShop()
    const theirs = await openShop()
    const token = await prove('+12025550103', { sitekey: 'demo', action: 'signup', nonce: mine.nonce })
    expect(await post(theirs.cookie, token)).toMatchObject({ status: 403, refusal: 'other_visit' })
  })

  it('refuses a token whose signature was changed, and a form without a token', async () => {
    const { cookie, nonce } = await openShop()
    const token = await prove('+12025550104', { sitekey: 'demo', action: 'signup', nonce })
    const last = token.lastIndexOf('.') + 1
    const flipped = token.slice(0, last) + (token[last] === 'A' ? 'B' : 'A') + token.slice(last + 1)
    expect(await post(cookie, flipped)).toMatchObject({ status: 403, refusal: 'forged' })
    expect(await post(cookie, '')).toMatchObject({ status: 400, refusal: 'missing' })
  })
})

async function openShop(): Promise<{ cookie: string; nonce: string }> {
  const answer = await fetch(stack.shop)
  const nonce = /token-nonce="([^"]+)"/.exec(await answer.text())![1]!
  return { cookie: answer.headers.get('Set-Cookie')!.split(';')[0]!, nonce }
}

async function prove(phoneNumber: string, request: object): Promise<string> {
  const { verificationId } = await call<VerificationPending>(PATHS.start, { ...request, phoneNumber })
  const { pin } = await stack.message(phoneNumber)
  return (await call<VerificationApproved>(PATHS.check, { verificationId, code: pin })).token
}

async function call<T>(path: string, body: object): Promise<T> {
  const answer = await fetch(stack.server + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: stack.shop },
    body: JSON.stringify(body),
  })
  return (await answer.json()) as T
}

async function post(cookie: string, token: string) {
  const body = new URLSearchParams({ name: 'Ada', 'otp-verify-response': token })
  const answer = await fetch(`${stack.shop}/signup`, { method: 'POST', headers: { Cookie: cookie }, body })
  const text = await answer.text()
  return { status: answer.status, text, refusal: /data-refusal="([^"]+)"/.exec(text)?.[1] }
}
