import { expect } from '@open-wc/testing'
import { answerIn, challengeWith, endlessChallenge, isSolution, solutionOf } from '../test/challenges.js'
import { removeWorkers, watchWorkers, workers } from '../test/watched-workers.js'
import { solveAltcha } from './altcha.js'
import { search } from './search.js'

const never = () => new AbortController().signal

describe('solveAltcha', () => {
  it('finds what ALTCHA’s own library accepts, in a worker that ends with it (SR-K14)', async () => {
    watchWorkers()
    for (const counter of [0, 1, 3, 4, 5, 97, 300]) {
      const text = await solveAltcha(await challengeWith(counter), never())
      expect(await isSolution(text), String(counter)).to.equal(true)
      expect(answerIn(text).solution.counter).to.equal(counter)
    }
    expect(workers).to.deep.equal({ made: 7, ended: 7 })
  })

  it('finds the very solution that ALTCHA’s own library finds (SR-K14)', async () => {
    const challenge = await challengeWith(41)
    expect(answerIn(await solveAltcha(challenge, never())).solution).to.deep.include({ counter: 41 })
    const theirs = await solutionOf(challenge)
    const { counter, derivedKey } = (await search(challenge.parameters))!
    expect({ counter, derivedKey }).to.deep.equal({
      counter: theirs!.counter,
      derivedKey: theirs!.derivedKey,
    })
  })

  it('understands prefixes of half bytes, and keys of every length', async () => {
    const { parameters } = await challengeWith(1)
    for (const keyLength of [1, 16, 33, 64]) {
      const { derivedKey } = (await search({ ...parameters, keyLength, keyPrefix: 'a' }))!
      expect(derivedKey)
        .to.match(/^a/)
        .and.have.length(keyLength * 2)
    }
  })

  it('carries back what the server has signed, and nothing that was put beside it', async () => {
    const challenge = await challengeWith(1)
    const text = await solveAltcha({ ...challenge, more: 'x' } as typeof challenge, never())
    expect(answerIn(text).challenge).to.deep.equal(challenge)
  })

  it('gives back the address that it made for its worker', async () => {
    const { createObjectURL, revokeObjectURL } = URL
    const made: string[] = []
    const kept = new Set<string>()
    URL.createObjectURL = (source) => {
      const url = createObjectURL.call(URL, source)
      made.push(url)
      kept.add(url)
      return url
    }
    URL.revokeObjectURL = (url) => {
      kept.delete(url)
      revokeObjectURL.call(URL, url)
    }
    try {
      await solveAltcha(await challengeWith(1), never())
    } finally {
      Object.assign(URL, { createObjectURL, revokeObjectURL })
    }
    expect([made.length, kept.size]).to.deep.equal([1, 0])
  })

  it('ends its worker when it is told to stop', async () => {
    watchWorkers()
    const stop = new AbortController()
    const solving = solveAltcha(await endlessChallenge(), stop.signal).then(
      () => 'solved',
      () => 'stopped',
    )
    stop.abort()
    expect(await solving).to.equal('stopped')
    expect(workers).to.deep.equal({ made: 1, ended: 1 })
  })

  it('works in the page where there are no workers, and stops there too (SR-K15)', async () => {
    removeWorkers()
    expect(await isSolution(await solveAltcha(await challengeWith(20), never()))).to.equal(true)
    const stop = new AbortController()
    const solving = search((await endlessChallenge()).parameters, stop.signal)
    stop.abort()
    expect(await solving).to.equal(undefined)
  })

  it('makes eight tries at a time in the page, which has its turns meanwhile (SR-K15)', async () => {
    removeWorkers()
    // As dear as those that the server sets.
    const challenge = await challengeWith(60, 4000)
    const { subtle } = crypto
    const derive = subtle.deriveBits.bind(subtle)
    const starts: { ended: number; turns: number }[] = []
    let ended = 0
    let turns = 0
    let solving = true
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      turns++
      if (solving) port2.postMessage(0)
    }
    port2.postMessage(0)
    subtle.deriveBits = async (...args) => {
      starts.push({ ended, turns })
      const bits = await derive(...args)
      ended++
      return bits
    }
    try {
      await solveAltcha(challenge, never())
    } finally {
      Reflect.deleteProperty(subtle, 'deriveBits')
      solving = false
    }
    expect(starts).to.have.length(64)
    for (const [index, start] of starts.entries()) {
      expect(start.ended, `before try ${index}`).to.be.least(index - (index % 8))
    }
    // Where several have ended at once, browsers choose what comes first: not every eight have a message between them.
    expect(starts.at(-1)!.turns).to.be.above(starts[0]!.turns)
  })

  it('works in the page where a worker cannot do it (SR-K15)', async () => {
    watchWorkers((worker) => worker.onmessage?.(new MessageEvent('message', { data: 0 })))
    expect(await isSolution(await solveAltcha(await challengeWith(20), never()))).to.equal(true)
    expect(workers).to.deep.equal({ made: 1, ended: 1 })
  })

  it('works in the page that blocks its workers, and tries no second one there (SR-K15)', async () => {
    watchWorkers((worker) => worker.dispatchEvent(new Event('error', { cancelable: true })))
    for (const counter of [20, 21]) {
      expect(await isSolution(await solveAltcha(await challengeWith(counter), never()))).to.equal(true)
    }
    expect(workers).to.deep.equal({ made: 1, ended: 1 })
  })
})
