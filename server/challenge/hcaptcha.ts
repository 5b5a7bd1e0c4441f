import type { Challenge } from '../guard/challenge.js'
import type { ChallengeDeps } from './challenge-deps.js'
import { hosted } from './hosted.js'

const ENDPOINT = 'https://api.hcaptcha.com/siteverify'

/**
 * hCaptcha. Its tokens are bound to the page's host and to nothing else, until they are first handed in.
 *
 * @param url another than the default in tests only
 * @param patience milliseconds an answer may take; another than the default in tests only
 */
export function hcaptcha(deps: ChallengeDeps, url = ENDPOINT, patience?: number): Challenge {
  return hosted({ kind: 'hcaptcha', url, form: ({ sitekey }) => ({ sitekey }) }, deps, patience)
}
