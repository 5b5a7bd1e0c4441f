import type { AltchaChallenge, AltchaSolution } from '../../contract/index.js'
import { scriptUrl } from './script-url.js'
import { search } from './search.js'

type Parameters = AltchaChallenge['parameters']
type Solution = AltchaSolution['solution']

/** The page's policy forbids workers: each further try would only cause another violation report. */
let blocked = false

/**
 * Solves an ALTCHA challenge in a worker, or in the page where workers are not allowed, and returns the answer as a start takes
 * it.
 *
 * @throws when it was stopped, and on a page that is not secure, where browsers have no `crypto.subtle`.
 */
export async function solveAltcha(
  { parameters, signature }: AltchaChallenge,
  stop: AbortSignal,
): Promise<string> {
  const solution = (await inWorker(parameters, stop)) ?? (await search(parameters, stop))
  stop.throwIfAborted()
  const answer: AltchaSolution = { challenge: { parameters, signature }, solution: solution! }
  return btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(answer))))
}

/** `undefined` where there are no workers, or when it was stopped. */
async function inWorker(parameters: Parameters, stop: AbortSignal): Promise<Solution | undefined> {
  if (blocked || !globalThis.Worker) return undefined
  const source = `onmessage=async e=>{try{postMessage(await(${search.toString()})(e.data))}catch{postMessage(0)}}`
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  let worker: Worker | undefined
  try {
    worker = new Worker(scriptUrl(url))
    const answered = new Promise<Solution | undefined>((resolve, reject) => {
      worker!.onmessage = ({ data }) => resolve((data as Solution | 0) || undefined)
      worker!.onerror = (event) => {
        event.preventDefault()
        reject(new Error())
      }
      stop.addEventListener('abort', () => resolve(undefined))
    })
    worker.postMessage(parameters)
    return await answered
  } catch {
    blocked = true
    return undefined
  } finally {
    worker?.terminate()
    URL.revokeObjectURL(url)
  }
}
