import { describe, expect, it } from 'vitest'
import { createConfiguredApp, readConfig } from '../index.js'
import type { Environment } from './variables.js'

/** The mistakes that are named when somebody without types hands this over for an environment. */
async function mistakesIn(env: object): Promise<unknown> {
  return readConfig(env as Environment).then(
    () => [],
    (error: { mistakes?: unknown }) => error.mistakes,
  )
}

describe('an environment', () => {
  it.each([undefined, null, 'production'])('is no %s: it takes one, such as process.env', async (nothing) => {
    const said = new TypeError('The configuration is read from an environment such as process.env.')
    await expect(readConfig(nothing as never)).rejects.toThrow(said)
    await expect(createConfiguredApp(nothing as never)).rejects.toThrow(said)
  })

  it('consists of texts, and what is none is named, whatever it says', async () => {
    expect(
      await mistakesIn({
        OTP_DAILY_BUDGET: 5,
        OTP_PORT: true,
        OTP_PEPPER_FILE: ['secret'],
        NODE_ENV: true,
        TERM: 1,
      }),
    ).toEqual([
      'OTP_DAILY_BUDGET: must be a string.',
      'OTP_PORT: must be a string.',
      'OTP_PEPPER_FILE: must be a string.',
      'NODE_ENV: must be a string.',
    ])
    expect(await mistakesIn({ OTP_DAILY_BUDGET: undefined, OTP_PORT: '8787' })).toEqual([])
  })

  it('has variables, not words of the configuration file, which would have no effect', async () => {
    expect(
      await mistakesIn({ publicUrl: 'https://otp.example', sites: [], port: 8787, host: 'other' }),
    ).toEqual([
      'publicUrl: is a member of the configuration file; as a variable it has no effect.',
      'sites: is a member of the configuration file; as a variable it has no effect.',
      'port: is a member of the configuration file; as a variable it has no effect.',
    ])
  })
})
