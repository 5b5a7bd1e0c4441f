import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChildProcess } from 'node:child_process'
import { needsOf, programOf } from '../backends/test/recipes.js'
import { end, freePorts, launch, untilAnswers } from '../processes/built.js'
import { scriptsOf } from './documented-commands.js'

const run = promisify(execFile)
const SECRET = `otps_${randomBytes(32).toString('hex')}`
const [redeeming] = scriptsOf('docs/tokens.md')
const [flow] = scriptsOf('docs/api.md')

describe.skipIf(!programOf(needsOf('curl')))(
  'the commands of docs/api.md and docs/tokens.md with curl',
  () => {
    let child: ChildProcess
    let ports: number[]
    let folder: string
    beforeAll(async () => {
      ports = await freePorts(3)
      folder = mkdtempSync(join(tmpdir(), 'otp-verify-curl-'))
      const [server, sandbox, admin] = ports.map(String)
      const listen = { OTP_PORT: server, OTP_SANDBOX_PORT: sandbox, OTP_ADMIN_PORT: admin }
      const env = { PATH: process.env['PATH'], ...listen, OTP_SITE_SECRET: SECRET, OTP_LOG_LEVEL: 'silent' }
      child = launch({ cwd: folder, env, errors: join(folder, 'errors') }, 'bin/otp-verify.js', 'serve')
      await untilAnswers(`http://127.0.0.1:${admin}/readyz`, [child])
    })
    afterAll(async () => {
      await end(child)
      rmSync(folder, { recursive: true })
    })

    /** Runs a script of these pages against the server of this test. */
    async function sh(script: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
      const here = script
        .replaceAll('localhost:8787', `localhost:${ports[0]}`)
        .replaceAll('localhost:8788', `localhost:${ports[1]}`)
        .replaceAll('https://otp.example', `http://localhost:${ports[0]}`)
      return (await run('bash', ['-euc', here], { env: { PATH: process.env['PATH'], ...env } })).stdout
    }

    it('prove a number, show the keys, and redeem the token', async () => {
      const [checked, keys] = (await sh(flow!))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
      expect(checked).toMatchObject({ phoneNumber: '+12025550123', token: expect.any(String) as string })
      expect(keys).toMatchObject({ keys: [{ alg: 'ES256' }] })
      const redeem = async () =>
        JSON.parse(
          await sh(redeeming!, { OTP_SITE_SECRET: SECRET, TOKEN: String(checked!['token']) }),
        ) as object
      expect(await redeem()).toMatchObject({ success: true, phone_number: '+12025550123' })
      expect(await redeem()).toMatchObject({ success: false, 'error-codes': ['timeout-or-duplicate'] })
    })
  },
)
