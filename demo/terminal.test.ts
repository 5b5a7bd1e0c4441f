import { createServer, type AddressInfo } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openStore } from '../server/assembly/open-store.js'
import { setPause } from '../server/guard/pause-list.js'
import { PROGRAM } from './processes/built.js'

/** Clears the screen, by an escape and by one character; hides what follows; writes from right to left. */
const TRICKS = '\u001b[2J\u009b2J\u0008\r\u202e\u2066\u{e0041}'

/** Anything of that kind, but line ends. */
const MOVES = /[^\P{Cc}\n]|\p{Cf}/u

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'otp-verify-terminal-'))
  const store = await openStore(`sqlite:${join(folder, 'otp.db')}`)
  const pause = { country: 'HR', by: `mallory${TRICKS}`, note: `a note${TRICKS}` }
  await setPause({ store, observe: () => {} }, pause, 60_000)
  await store.close()
  return () => rmSync(folder, { recursive: true })
})

async function run(address: string, ...args: string[]) {
  const env = {
    ...{ PATH: process.env['PATH'], OTP_STORE: address, OTP_PEPPER: 'p'.repeat(64), OTP_SITEKEY: 'shop' },
    ...{ OTP_ALLOWED_ORIGINS: 'https://shop.example' },
  }
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: folder, env, stdio: 'pipe' })
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { out, errors }
}

describe('what the store holds moves no cursor of the operator who reads it', () => {
  it('in sentences, which stay lines', async () => {
    const { out } = await run('sqlite:otp.db', 'resume')
    expect(out).toContain('a note\\u001b[2J\\u009b2J\\u0008\\u000d\\u202e\\u2066\\udb40\\udc41')
    expect(out.split('\n').length).toBeGreaterThan(2)
    expect(out).not.toMatch(MOVES)
  })

  it('in JSON, which says the same as before', async () => {
    const { out } = await run('sqlite:otp.db', 'overrides', '--json')
    expect(out).not.toMatch(MOVES)
    expect(JSON.parse(out).pauses).toMatchObject([{ by: `mallory${TRICKS}`, note: `a note${TRICKS}` }])
  })

  it('nor does an error that a store makes up', async () => {
    const redis = createServer((socket) => {
      socket.on('data', () => socket.write(`-ERR over${TRICKS}\r\n`)).on('error', () => {})
    }).listen(0, '127.0.0.1')
    onTestFinished(() => void redis.close())
    await once(redis, 'listening')
    const { out, errors } = await run(`redis://127.0.0.1:${(redis.address() as AddressInfo).port}`, 'resume')
    expect(out + errors).toContain('over\\u001b[2J')
    expect(out + errors).not.toMatch(MOVES)
  })
})
