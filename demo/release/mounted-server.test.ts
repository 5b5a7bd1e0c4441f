import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { expect, it, onTestFinished } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { end, freePorts, untilAnswers } from '../processes/built.js'
import { read, ROOT } from './manifest.js'

const [, CHAPTER = ''] = read('docs/deploying.md').split('## Inside your own Node server')
const PROGRAMS = [...CHAPTER.split('\n## ')[0]!.matchAll(/```js\n([^]*?)```/g)].map(([, program]) => program!)
const NUMBER = '+12025550123'

it.each([
  ['Hono', PROGRAMS[0]!],
  ['Express', PROGRAMS[1]!],
])('the server answers within a server of %s, as docs/deploying.md has it', async (_name, program) => {
  const [port, sandboxPort] = await freePorts(2)
  const folder = await mkdtemp(join(tmpdir(), 'otp-verify-mounted-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  // Where it finds the packages of the checkout, and our own by its name.
  const file = join(ROOT, 'dist', `mounted-${port}.mjs`)
  await writeFile(file, program.replaceAll('3000', String(port)))
  onTestFinished(() => rm(file))
  const publicUrl = `http://127.0.0.1:${port}/api/otp`
  const page = 'http://localhost:5173'
  const child = spawn(process.execPath, [file], {
    cwd: folder,
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      ...{ OTP_PUBLIC_URL: publicUrl, OTP_SANDBOX_PORT: String(sandboxPort), OTP_ALLOWED_ORIGINS: page },
    },
  })
  onTestFinished(() => end(child))
  await untilAnswers(`${publicUrl}${PATHS.sites}/demo`, [child])

  const post = async (path: string, body: object): Promise<Record<string, string>> => {
    const headers = { 'Content-Type': 'application/json', Origin: page }
    const answer = await fetch(publicUrl + path, { method: 'POST', headers, body: JSON.stringify(body) })
    return (await answer.json()) as Record<string, string>
  }
  const { verificationId } = await post(PATHS.start, { sitekey: 'demo', phoneNumber: NUMBER })
  const inbox = await fetch(`http://127.0.0.1:${sandboxPort}/sandbox/messages?to=${NUMBER}`)
  const [, code] = /"pin":"(\d+)"/.exec(await inbox.text())!
  expect(await post(PATHS.check, { verificationId, code })).toMatchObject({ phoneNumber: NUMBER })
})
