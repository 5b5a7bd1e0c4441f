import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { PATHS, type AltchaChallenge } from '../../contract/index.js'
import { NUMBER, TestServer, testSite } from '../test/harness.js'

it('docs/challenges.md solves a challenge by hand (SR-K15)', async () => {
  const page = readFileSync(new URL('../../docs/challenges.md', import.meta.url), 'utf8')
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-docs-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'answer.mjs')
  writeFileSync(file, /```js\n(.*?)```/s.exec(page)![1]!)
  const { answerTo } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
    answerTo(challenge: AltchaChallenge): string
  }
  const server = await TestServer.start({ sites: [testSite({ challenge: { kind: 'altcha' } })] })
  onTestFinished(() => server.stop())
  const asked = { sitekey: 'shop', phoneNumber: NUMBER }
  const issued = await server.post<AltchaChallenge>(PATHS.challenges, asked)
  expect((await server.start({ challenge: answerTo(issued.body) })).status).toBe(201)
})
