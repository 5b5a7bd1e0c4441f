import { readFileSync } from 'node:fs'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { expect, it } from 'vitest'
import { PROOF_MEMORY, REDEEM_TOKEN_TYPE, TOKEN_TYPE } from '../../contract/index.js'
import { NUMBER, PUBLIC_URL } from '../test/harness.js'
import { jwtIssuer } from './issuer.js'
import { testKeys } from './test/tokens.js'

const PAGE = readFileSync(new URL('../../demo/backends/README.md', import.meta.url), 'utf8')
const CHAPTER = /## What a token says\n(.*?)\n## /s.exec(PAGE)![1]!
const HEADER = '| header |'

const rows = CHAPTER.split('\n').filter((line) => line.startsWith('| '))
const names = (text: string) => [...text.matchAll(/`(\w+)`/g)].map(([, name]) => name!)
const claimRows = rows.slice(2).filter((row) => !row.startsWith(HEADER))
const claims = claimRows.map((row) => row.split('|')[1]!)

async function issued(given: object) {
  const keys = await testKeys()
  const verified = {
    subject: 's',
    verifiedAt: 0,
    channel: 'sms',
    country: 'US',
    origin: 'x',
    ...given,
  } as const
  const issuer = jwtIssuer(PUBLIC_URL, keys.signingKeys, (size) => Buffer.alloc(size))
  return (await issuer.issue({ audience: 'shop', offline: true }, verified, NUMBER, 0)).token
}

it('the page for backends in other languages names every claim of a token, and which are not always there', async () => {
  const full = await issued({ action: 'a', cdata: 'c', nonce: 'n' })
  expect(claims.flatMap(names).sort()).toEqual(Object.keys(decodeJwt(full)).sort())
  const always = claims.filter((cell) => !cell.includes('\\*')).flatMap(names)
  expect(always.sort()).toEqual(Object.keys(decodeJwt(await issued({}))).sort())

  const header = rows.find((row) => row.startsWith(HEADER))!
  for (const name of Object.keys(decodeProtectedHeader(full))) expect(header).toContain(`\`${name}\`: `)
  for (const type of [TOKEN_TYPE, REDEEM_TOKEN_TYPE]) expect(header).toContain(`\`${type}\``)
})

it('the pages say how long a verification has to be remembered', () => {
  const tokens = readFileSync(new URL('../../docs/tokens.md', import.meta.url), 'utf8').replaceAll(
    /\s+/g,
    ' ',
  )
  const rule = `remember \`sub\`, not \`jti\`, until ${PROOF_MEMORY / 60} minutes after \`auth_time\``
  expect(CHAPTER).toContain(rule)
  expect(tokens).toContain(rule)
})
