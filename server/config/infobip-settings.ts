import { z } from 'zod'
import type { Channel } from '../../contract/index.js'
import type { Terms } from '../provider/infobip/review-application.js'
import type { MessageIds } from '../provider/infobip/templates.js'
import { hostOf, parseOriginPattern } from '../site/origin.js'
import { ConfigError } from './config-error.js'
import { issuesOf } from './issues.js'
import { refuseMistakes } from './parts.js'
import { policyOf, policySchema } from './policy-schema.js'
import { SANDBOX_SITE } from './sandbox-site.js'
import { LONG_CODE, infobipSchema } from './schema.js'
import { DEFAULT_DAILY_BUDGET, siteSchema } from './site-schema.js'
import { gather, readManagementKey } from './sources.js'
import type { Environment } from './variables.js'

/** What a site's templates depend on. */
export interface TemplateSite {
  sitekey: string
  /** As written; not checked. */
  origins: readonly string[]
  codeLength: number
  channels: readonly Channel[]
}

/** The hosts that text messages of a site name: those of its valid origins, and none if it sends no texts. */
export function hostsInTexts({ origins, channels }: TemplateSite): string[] {
  if (!channels.includes('sms')) return []
  return origins
    .map((origin) => parseOriginPattern(origin, { insecureLoopback: true }))
    .flatMap((pattern) => ('mistake' in pattern ? [] : [hostOf(pattern)]))
}

/** What is known of the Infobip account, for commands that complete it. */
export interface InfobipAccount {
  baseUrl: string | undefined
  apiKey: string | undefined
  /** A key of the scope `2fa:manage`. */
  managementKey: string | undefined
  applicationId: string | undefined
  messageIds: Partial<MessageIds>
  /** Templates of longer codes, and how many digits these have. */
  longMessageIds: Partial<MessageIds>
  longCodeLength: number
  hostPlaceholder: string | undefined
  /** Replaces the sender of the templates. */
  sender: string | undefined
  sites: readonly TemplateSite[]
  /** What the application has to match. */
  terms: Terms
}

/** All of it may still be missing. */
const partSchema = z.object({
  limits: policySchema.limits,
  infobip: infobipSchema
    .extend({ messageIds: z.partialRecord(z.string(), z.string().min(1)) })
    .partial()
    .default({}),
  sites: z
    .array(
      z.looseObject(
        siteSchema
          .pick({ sitekey: true, origins: true })
          .partial()
          .extend(
            siteSchema.pick({
              ...{ codeLength: true, codeLifetime: true, checkInterval: true, dailyBudget: true },
              channels: true,
            }).shape,
          ).shape,
      ),
    )
    .default([]),
})

/**
 * Reads what is known of the Infobip account, however little that is.
 *
 * @throws ConfigError when something of it is wrong, not when it is missing
 */
export async function readInfobipAccount(env: Environment, file?: string): Promise<InfobipAccount> {
  const raw = await gather(env, file)
  refuseMistakes(raw, ['infobip.apiKey'])
  const managementKey = await readManagementKey(env)
  const { infobip, sites, limits } = raw.values
  const parsed = partSchema.safeParse({ infobip, sites, limits })
  if (!parsed.success) throw new ConfigError(issuesOf(parsed.error, raw))
  const { data } = parsed
  // At least one site: if none is configured, one with the defaults.
  const some = data.sites.length > 0 ? data.sites : [siteDefaults]
  const { numberSends, wrongCodes } = policyOf({ limits: data.limits, unsafe: false }).limits
  const { baseUrl, apiKey, applicationId, messageIds = {}, longMessageIds = {} } = data.infobip
  return {
    ...{ baseUrl, apiKey, managementKey, applicationId, messageIds, longMessageIds },
    longCodeLength: data.infobip.longCodeLength ?? LONG_CODE,
    hostPlaceholder: data.infobip.hostPlaceholder,
    sender: data.infobip.sender,
    sites: data.sites.map(({ sitekey = SANDBOX_SITE.sitekey, origins = [], codeLength, channels }) => ({
      ...{ sitekey, origins, codeLength, channels },
    })),
    terms: {
      dailyBudget: some.reduce((sum, site) => sum + (site.dailyBudget ?? DEFAULT_DAILY_BUDGET), 0),
      checkInterval: Math.min(...some.map((site) => site.checkInterval)),
      codeLifetime: Math.max(...some.map((site) => site.codeLifetime)),
      numberPerDay: numberSends.at(-1)!.limit,
      wrongCodes: wrongCodes[0]!.limit,
    },
  }
}

const siteDefaults: { dailyBudget?: number | undefined; checkInterval: number; codeLifetime: number } =
  siteSchema.pick({ codeLifetime: true, checkInterval: true, dailyBudget: true }).parse({})
