import { Hono } from 'hono'
import { PATHS, type ChallengeKind, type SiteConfig } from '../../contract/index.js'
import type { Challenge } from '../guard/challenge.js'
import { numberingPlan } from '../phone-number/numbering-plan.js'
import { callingCode, mainFirst } from '../phone-number/phone-number.js'
import { VerificationError } from '../refusal/verification-error.js'
import type { Site, Sites } from '../site/site.js'
import { JWKS_MAX_AGE } from '../token/key-lifecycle.js'
import type { SigningKeys } from '../token/keys.js'
import { answer, ANY_ORIGIN, JSON_TYPE } from './answer.js'
import { compressed, type AnswerCompressed } from './compressed.js'
import type { AppEnv } from './env.js'
import { openApiDocument } from './openapi.js'

/** Seconds a browser may keep a site's configuration. */
const SITE_MAX_AGE = 60

/** Seconds a browser may keep a numbering plan; they change monthly at most. */
const PLAN_MAX_AGE = 3600

/** What public routes serve. */
export interface PublicDeps {
  sites: Sites
  challenge: Challenge
  signingKeys: SigningKeys
  publicUrl: string
}

/**
 * What anyone may read: the configuration of a site, how its numbers are written, the keys that verify its tokens, the API's
 * description.
 */
export function publicRoutes({ sites, challenge, signingKeys, publicUrl }: PublicDeps): Hono<AppEnv> {
  const configs = new Map(
    [...sites.values()].map((site) => [
      site.sitekey,
      compressed(JSON.stringify(publicConfig(site, challenge.kind(site)))),
    ]),
  )
  const plans = new Map<string, AnswerCompressed>()
  // Made on demand: few ask for it, and it takes long to make.
  let description: object | undefined
  return new Hono<AppEnv>()
    .get(`${PATHS.sites}/:sitekey`, (c) => {
      const answerConfig = configs.get(c.req.param('sitekey'))
      if (!answerConfig) throw new VerificationError('unknown_site')
      return answerConfig(c, { ...JSON_TYPE, 'Cache-Control': `public, max-age=${SITE_MAX_AGE}` })
    })
    .get(`${PATHS.sites}/:sitekey${PATHS.numberingPlans}/:code`, (c) => {
      const { sitekey, code } = c.req.param()
      const site = sites.get(sitekey)
      if (!site) throw new VerificationError('unknown_site')
      const name = `${sitekey} ${code}`
      const answerPlan = plans.get(name) ?? compressedPlan(code, site)
      plans.set(name, answerPlan)
      return answerPlan(c, { ...JSON_TYPE, 'Cache-Control': `public, max-age=${PLAN_MAX_AGE}` })
    })
    .get(PATHS.jwks, (c) => {
      const headers = { ...ANY_ORIGIN, 'Cache-Control': `public, max-age=${JWKS_MAX_AGE}` }
      return answer(c, signingKeys.published(), { headers })
    })
    .get(PATHS.openapi, (c) => answer(c, (description ??= openApiDocument(publicUrl))))
}

function compressedPlan(code: string, { phoneRules }: Site): AnswerCompressed {
  const plan = numberingPlan(code, phoneRules)
  if (!plan) throw new VerificationError('country_not_allowed')
  return compressed(JSON.stringify(plan))
}

function publicConfig(site: Site, challenge: ChallengeKind): SiteConfig {
  const countries = [...site.phoneRules.countries].sort()
  return {
    sitekey: site.sitekey,
    codeLength: site.codeLength,
    channels: [...site.channels],
    countries,
    callingCodes: Object.fromEntries(mainFirst(countries).map((country) => [country, callingCode(country)])),
    initialCountry: site.initialCountry ?? null,
    resend: { cooldowns: [...site.resendCooldowns] },
    challenge,
    ...(site.senderConstraint && { senderConstraint: true }),
  }
}
