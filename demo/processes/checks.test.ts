import { setTimeout as wait } from 'node:timers/promises'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { VerificationApproved } from '../../contract/index.js'
import { startInstances, type Instances } from './instances.js'
import { STORES } from './stores.js'
import { checksOf, newNumber, visitor, wrongCode, type Answer, type Visitor } from './visitor.js'

/** `npm run soak` asks for the whole of it. */
const SOAK = process.env['SOAK'] === '1'
const ROUNDS = SOAK ? 200 : 3

/** Rounds that wait at the same time for the site to take another code. */
const ABREAST = 5

/** Milliseconds within which a site takes one code of a visitor. */
const INTERVAL = 1000

/** Attempts of a verification. */
const ATTEMPTS = 5

/** What may become of a code that is not the one that counts; the last two when the machine has too much to do. */
const REFUSALS = [
  ...['code_incorrect', 'rate_limited', 'check_in_progress', 'attempts_exhausted', 'already_verified'],
  ...['service_unavailable', 'provider_unavailable'],
]

/** A verification whose code is on its way. */
interface Sent {
  phoneNumber: string
  handle: string
  pin: string
}

/** What came of guessing. */
interface Outcome {
  /** How many codes Infobip was asked about. */
  asked: number
  tokens: number
  /** Calls that failed closed. Each may have spent an attempt about which nobody was asked. */
  lost: number
}

/** Where the right code is among others, in a round: the first of a wave is most likely the one that is looked at. */
const somewhere = (round: number) => (wave: number) => (wave === 0 ? 100 : (round + wave) % 10)

for (const { name, isHere, open } of STORES) {
  describe.skipIf(!isHere)(`checking codes at four processes on one ${name} store`, () => {
    let instances: Instances
    let page: Visitor
    let overloaded = 0
    let closeStore: () => Promise<void>
    beforeAll(async () => {
      const { address, close } = await open()
      closeStore = close
      instances = await startInstances(4, address)
      page = visitor(instances.fetch)
      instances.sandbox.behave({ secondVerifyRefused: 'verified' })
    })
    afterAll(async () => {
      if (overloaded > 0)
        console.log(`${name}: ${overloaded} checks failed closed; the machine had too much to do.`)
      await instances.stop()
      await closeStore()
    })

    /** Starts a verification, of another number when the first failed closed. */
    async function sent(): Promise<Sent> {
      for (;;) {
        const phoneNumber = newNumber()
        const { status, body } = await page.start(phoneNumber)
        const [message] = instances.sandbox.messages(phoneNumber)
        if (status === 201) return { phoneNumber, handle: body.verificationId, pin: message!.pin }
      }
    }

    async function hasEnded(handle: string): Promise<boolean> {
      const { status, body } = await page.status(handle)
      return status === 200 && body.state !== 'sent'
    }

    /** Gives the codes all at once. */
    function checkAll(handle: string, codes: readonly string[]): Promise<Answer<VerificationApproved>[]> {
      return Promise.all(codes.map((code) => page.check(handle, code)))
    }

    /** The same while no other round does so: what is tried is many calls for one verification. */
    const inTurn: typeof checkAll = (handle, codes) => {
      const wave = waves.then(() => checkAll(handle, codes))
      waves = wave
      return wave
    }
    let waves: Promise<unknown> = Promise.resolve()

    /**
     * Gives codes, two hundred at once and then twenty, until the verification has ended.
     *
     * @param place where in a wave the right code is; all are wrong without it.
     */
    async function guess(
      { phoneNumber, handle, pin }: Sent,
      place: (wave: number) => number | undefined = () => undefined,
      give = inTurn,
    ): Promise<Outcome> {
      const answers: Answer<VerificationApproved>[] = []
      for (let wave = 0; !(await hasEnded(handle)); wave++) {
        const codes = new Array<string>(wave === 0 ? 200 : 20).fill(wrongCode(pin))
        const right = place(wave)
        if (right !== undefined) codes[right] = pin
        answers.push(...(await give(handle, codes)))
        await wait(INTERVAL)
      }
      answers.push(...(await give(handle, [pin, wrongCode(pin), pin, pin])))
      const refused = answers.filter(({ status }) => status !== 200)
      expect(refused.filter(({ body }) => !REFUSALS.includes(body.code!))).toEqual([])
      expect(refused.filter(({ body }) => 'token' in body)).toEqual([])
      const tokens = answers.filter(({ status }) => status === 200).map(({ body }) => body.token)
      const lost = answers.filter(({ status }) => status === 503).length
      overloaded += lost
      return { asked: checksOf(instances.sandbox, phoneNumber), tokens: tokens.length, lost }
    }

    /** Plays as many rounds as there are to play, a few abreast. */
    async function play<T>(rounds: number, round: (n: number) => Promise<T>): Promise<T[]> {
      const outcomes: T[] = []
      for (let n = 0; n < rounds; n += ABREAST) {
        const abreast = Array.from({ length: Math.min(ABREAST, rounds - n) }, (_, at) => round(n + at))
        outcomes.push(...(await Promise.all(abreast)))
      }
      return outcomes
    }

    const patience = SOAK ? 3_600_000 : 180_000

    it.concurrent(
      'asks Infobip about five of any number of wrong codes, and gives no token (SR-C03)',
      async () => {
        const outcomes = await play(ROUNDS, async () => guess(await sent()))
        for (const outcome of outcomes) expectNone(outcome)
      },
      patience,
    )

    it.concurrent(
      'asks about five codes when the right one is among them, and gives one token or none (SR-C03)',
      async () => {
        const outcomes = await play(ROUNDS, async (n) => guess(await sent(), somewhere(n)))
        for (const outcome of outcomes) expectOneOrFive(outcome)
        const proven = outcomes.filter(({ tokens }) => tokens === 1).length
        if (SOAK) console.log(`${name}: ${proven} of ${ROUNDS} rounds found the right code among wrong ones.`)
      },
      patience,
    )

    it.concurrent(
      'gives one token for a hundred right codes, though Infobip takes the code every time (SR-C05)',
      async () => {
        const outcomes = await play(ROUNDS, async () => {
          const { handle, pin } = await sent()
          const answers = await inTurn(handle, new Array<string>(100).fill(pin))
          await wait(INTERVAL)
          answers.push(...(await inTurn(handle, [pin, pin, pin, pin])))
          // Any of these may have failed closed, and the one before them that was right as well.
          const again = async () => {
            answers.push(await page.check(handle, pin))
            return answers.at(-1)!.body.code
          }
          await expect.poll(again).toBe('already_verified')
          const others = answers.filter(({ status }) => status !== 200)
          expect(others.filter(({ body }) => !REFUSALS.includes(body.code!))).toEqual([])
          return answers
            .filter(({ status }) => status === 200)
            .map(({ body }) => typeof decodeJwt(body.token).jti)
        })
        expect(outcomes).toEqual(outcomes.map(() => ['string']))
      },
      patience,
    )

    it.concurrent(
      'keeps to all of it while Infobip takes two seconds for an answer (SR-C04)',
      async () => {
        async function slowly(place?: (wave: number) => number): Promise<Outcome> {
          const verification = await sent()
          const { phoneNumber: to } = verification
          instances.sandbox.arm({ operation: 'verify', kind: 'delay', ms: 2000, times: 'always', to })
          return guess(verification, place, checkAll)
        }
        const [wrong, mixed, right] = await Promise.all([slowly(), slowly(somewhere(0)), slowly(() => 0)])
        expectNone(wrong)
        for (const outcome of [mixed, right]) expectOneOrFive(outcome)
      },
      180_000,
    )
  })
}

function expectOneOrFive({ asked, tokens, lost }: Outcome): void {
  expect(tokens).toBeLessThanOrEqual(1)
  expect(asked).toBeLessThanOrEqual(ATTEMPTS)
  if (tokens === 0 && lost === 0) expect(asked).toBe(ATTEMPTS)
}

function expectNone(outcome: Outcome): void {
  expectOneOrFive(outcome)
  expect(outcome.tokens).toBe(0)
}
