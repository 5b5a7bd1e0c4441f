import { Hono } from 'hono'
import { PATHS, type ChallengeKind, type SiteConfig } from '../../contract/index.js'
import type { Challenge } from '../guard/challenge.js'
import type { Site, Sites } from '../site.js'
import { JWKS_MAX_AGE } from '../token/key-lifecycle.js'
import type { SigningKeys } from '../token/keys.js'
import { numberingPlan } from '../verification/numbering-plan.js'
import { callingCode, mainFirst } from '../verification/phone-number.js'
import { VerificationError } from '../verification/verification-error.js'
import { answer, ANY_ORIGIN } from './answer.js'
import type { AppEnv } from './env.js'
import { openApiDocument } from './openapi.js'

/** Seconds a browser may keep a site's configuration. */
const SITE_MAX_AGE = 60

/** Seconds a browser may keep a numbering plan: they change by the month. */
const PLAN_MAX_AGE = 3600

/** What public routes show. */
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
    [...sites.values()].map((site) => [site.sitekey, publicConfig(site, challenge.kind(site))]),
  )
  // Few ever ask for it, and it takes its time to make.
  let description: object | undefined
  return new Hono<AppEnv>()
    .get(`${PATHS.sites}/:sitekey`, (c) => {
      const config = configs.get(c.req.param('sitekey'))
      if (!config) throw new VerificationError('unknown_site')
      return answer(c, config, { headers: { 'Cache-Control': `public, max-age=${SITE_MAX_AGE}` } })
    })
    .get(`${PATHS.sites}/:sitekey${PATHS.numberingPlans}/:code`, (c) => {
      const site = sites.get(c.req.param('sitekey'))
      if (!site) throw new VerificationError('unknown_site')
      const plan = numberingPlan(c.req.param('code'), site.phoneRules)
      if (!plan) throw new VerificationError('country_not_allowed')
      return answer(c, plan, { headers: { 'Cache-Control': `public, max-age=${PLAN_MAX_AGE}` } })
    })
    .get(PATHS.jwks, (c) => {
      const headers = { ...ANY_ORIGIN, 'Cache-Control': `public, max-age=${JWKS_MAX_AGE}` }
      return answer(c, signingKeys.published(), { headers })
    })
    .get(PATHS.openapi, (c) => answer(c, (description ??= openApiDocument(publicUrl))))
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
