import { Metadata, type CountryCode } from 'libphonenumber-js/core'
import metadata from 'libphonenumber-js/max/metadata'
import type { NumberFormat, NumberingPlan } from '../../contract/index.js'
import { FORMER } from './former-spellings.js'
import type { NumberType, PhoneRules } from './phone-number.js'

/** What the library knows of a plan and its types do not tell (its METADATA.md). */
interface LibraryPlan {
  possibleLengths(): number[]
  nationalPrefixForParsing(): string | undefined
  nationalPrefixTransformRule(): string | undefined
  formats(): {
    pattern(): string
    format(): string
    leadingDigitsPatterns(): string[]
    nationalPrefixFormattingRule(): string | undefined
  }[]
  type(type: NumberType): { pattern(): string } | undefined
}

/** Types that have a pattern of their own. What is both fixed and mobile has none. */
export const TYPES = [
  ...(['FIXED_LINE', 'MOBILE', 'PREMIUM_RATE', 'TOLL_FREE', 'SHARED_COST'] as const),
  ...(['VOIP', 'PERSONAL_NUMBER', 'PAGER', 'UAN', 'VOICEMAIL'] as const),
]

/**
 * The plan of a calling code, for the countries among it that a site serves.
 *
 * @param code without `+`.
 * @returns `undefined` when the site serves none of them
 */
export function numberingPlan(code: string, rules: PhoneRules): NumberingPlan | undefined {
  const countries = countriesOf(code)
  const served = countries.filter((country) => rules.countries.has(country))
  if (served.length === 0) return undefined
  // Numbers are read by the rules of the main country among those that share a calling code.
  const main = libraryPlan(countries[0]!)
  const { allowed, refused } = patternsOf(code, served.map(libraryPlan), rules.types)
  return {
    trunk: main.nationalPrefixForParsing() || '',
    transform: main.nationalPrefixTransformRule() || '',
    // A number may be of a country that is not served: then only its length is known to be wrong.
    ...(served.length === countries.length
      ? { allowed, refused }
      : { allowed: anyOf(countries.map(libraryPlan)), refused: '', served: allowed }),
    formats: main.formats().map(formatOf),
  }
}

/** What may be a number, as far as its length tells. */
function anyOf(plans: readonly LibraryPlan[]): string {
  const lengths = plans.flatMap((plan) => plan.possibleLengths())
  return String.raw`\d{${Math.min(...lengths)},${Math.max(...lengths)}}`
}

function countriesOf(code: string): readonly CountryCode[] {
  const known: Readonly<Partial<Record<string, CountryCode[]>>> = metadata.country_calling_codes
  return Object.hasOwn(known, code) ? known[code]! : []
}

function patternsOf(
  code: string,
  plans: readonly LibraryPlan[],
  types: ReadonlySet<NumberType>,
): Pick<NumberingPlan, 'allowed' | 'refused'> {
  const allowed = new Set<string>()
  const refused = new Set<string>()
  for (const plan of plans) {
    for (const type of TYPES) {
      const pattern = patternOf(plan, type)
      if (pattern) (isAllowed(plan, type, types) ? allowed : refused).add(pattern)
    }
  }
  const any = (patterns: ReadonlySet<string>) => {
    const either = [...patterns].join('|')
    const former = either && FORMER[code]?.beside?.(either)
    return former ? `${either}|${former}` : either
  }
  return { allowed: any(allowed), refused: any(refused) }
}

/** The metadata leaves a pattern out that is the one of fixed lines. */
function patternOf(plan: LibraryPlan, type: NumberType): string | undefined {
  return plan.type(type)?.pattern() || undefined
}

function isAllowed(plan: LibraryPlan, type: NumberType, types: ReadonlySet<NumberType>): boolean {
  if (types.has(type)) return true
  // Where mobile numbers are not told from fixed lines, or look like one too.
  const isEither = type === 'MOBILE' || (type === 'FIXED_LINE' && !patternOf(plan, 'MOBILE'))
  return isEither && types.has('FIXED_LINE_OR_MOBILE')
}

function formatOf(format: ReturnType<LibraryPlan['formats']>[number]): NumberFormat {
  const leading = format.leadingDigitsPatterns().at(-1) ?? ''
  return [format.pattern(), format.format(), leading, format.nationalPrefixFormattingRule() || '']
}

function libraryPlan(country: CountryCode): LibraryPlan {
  const known = new Metadata(metadata)
  known.selectNumberingPlan(country)
  return known.numberingPlan as unknown as LibraryPlan
}
