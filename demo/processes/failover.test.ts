import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HAS_REDIS_SERVER, titled } from '../../server/store/redis/test/redis-server.js'
import { jwtIssuer, type Issuer } from '../../server/token/issuer.js'
import { readKeyFile } from '../../server/token/key-file.js'
import { signingKeys } from '../../server/token/keys.js'
import { startInstances, type Instances } from './instances.js'
import { startRedisPair, type RedisPair } from './redis-pair.js'
import { check, redeem, start } from './calls.js'
import { wrongCode } from './visitor.js'

/** `npm run soak` asks for the whole of it. */
const SOAK = process.env['SOAK'] === '1'

const ROUNDS = SOAK ? 50 : 6
const ATTEMPTS = SOAK ? 5 : 3

/** Verifications, and tokens, of each kind of instance in a round. */
const SHARE = 8

/** Milliseconds between two calls of the same. */
const PAUSE = 150

/** Milliseconds after the last of its attempts could be made at which a verification is left alone. */
const REST = 1200

/** What the instances of one kind let happen. */
interface Figures {
  /** How often each code was checked upstream. */
  checks: number[]
  /** How often each token was redeemed. */
  redemptions: number[]
}

/** A verification, as its page and the sandbox know it. */
interface Begun {
  verificationId: string
  pin: string
  pinId: string
}

describe.skipIf(!HAS_REDIS_SERVER)(titled('four processes whose Redis fails over to its replica'), () => {
  let pair: RedisPair
  let instances: Instances
  let issuer: Issuer
  let numbers = 0
  beforeAll(async () => {
    pair = await startRedisPair()
    instances = await startInstances(4, () => pair.url, {
      site: { attempts: ATTEMPTS },
      env: (index) => (index < 2 ? {} : { OTP_STORE: `${pair.url}?replicas=1` }),
    })
    const keys = await signingKeys(await readKeyFile(instances.keyFile), Date.now)
    issuer = jwtIssuer(instances.issuer, keys, randomBytes)
  })
  afterAll(async () => {
    await instances.stop()
    await pair.stop()
  })

  async function mint(): Promise<string> {
    const subject = randomBytes(16).toString('base64url')
    const verified = { subject, verifiedAt: Date.now(), channel: 'sms' as const, country: 'US' }
    const site = { audience: 'shop', offline: true }
    const { token } = await issuer.issue(
      site,
      { ...verified, origin: 'https://shop.example' },
      '+12025550123',
      Date.now(),
    )
    return token
  }

  /** Calls again and again, at one address after the other, until the time is over. */
  async function insist(
    addresses: readonly string[],
    until: number,
    call: (address: string) => Promise<void>,
  ): Promise<void> {
    for (let turn = 0; performance.now() < until; turn++) {
      await call(addresses[turn % addresses.length]!)
      await wait(PAUSE)
    }
  }

  /** Starts a verification, for another number when the replica was too slow for the first. */
  async function begin(addresses: readonly string[]): Promise<Begun> {
    for (;;) {
      const phoneNumber = `+1202${5551000 + numbers++}`
      const { body } = await start(addresses[numbers % addresses.length]!, phoneNumber)
      const message = instances.sandbox.messages(phoneNumber)[0]
      if (message) return { ...message, verificationId: body['verificationId'] }
    }
  }

  /** Guesses at verifications and redeems tokens of the addresses while the primary fails. */
  async function round(addresses: readonly string[], until: number, late: Promise<void>): Promise<Figures> {
    const one = async () => {
      const { verificationId, pin, pinId } = await begin(addresses)
      // Spread, so that some check is always under way.
      await wait((numbers * 370) % 1000)
      await insist(addresses, until, async (address) => {
        await check(address, verificationId, wrongCode(pin))
      })
      return instances.sandbox.requests().filter(({ path }) => path.includes(`/${pinId}/verify`)).length
    }
    const redeemed = async () => {
      const token = await mint()
      let times = 0
      await late
      await insist(addresses, until, async (address) => {
        if ((await redeem(address, token)).success) times++
      })
      return times
    }
    const share = <T>(work: () => Promise<T>) => Promise.all(Array.from({ length: SHARE }, work))
    const [checks, redemptions] = await Promise.all([share(one), share(redeemed)])
    return { checks, redemptions }
  }

  it(
    'let an attempt and a redemption be repeated at most, and none where they wait for replicas (SR-C14)',
    async () => {
      const plain: Figures = { checks: [], redemptions: [] }
      const strict: Figures = { checks: [], redemptions: [] }
      for (let n = 0; n < ROUNDS; n++) {
        const from = performance.now()
        const life = 1000 * ATTEMPTS + REST
        const stalled = wait(1200 + ((n * 370) % (1000 * (ATTEMPTS - 2)))).then(() => pair.stall())
        const failure = stalled.then(() => wait(300)).then(() => pair.failOver())
        const kinds = [instances.addresses.slice(0, 2), instances.addresses.slice(2)]
        const figures = await Promise.all(kinds.map((kind) => round(kind, from + life, stalled)))
        await failure
        for (const [index, kind] of [plain, strict].entries()) {
          kind.checks.push(...figures[index]!.checks)
          kind.redemptions.push(...figures[index]!.redemptions)
        }
      }
      expect(Math.max(...plain.checks)).toBeLessThanOrEqual(ATTEMPTS + 1)
      expect(Math.max(...strict.checks)).toBe(ATTEMPTS)
      expect(Math.max(...strict.redemptions)).toBe(1)
      // What was lost without the replicas shows that there was something to lose.
      expect(Math.max(...plain.redemptions)).toBe(2)
    },
    ROUNDS * 30_000,
  )
})
