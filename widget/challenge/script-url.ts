interface Policy {
  createScriptURL(url: string): unknown
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): Policy
}

let policy: Policy | undefined

/**
 * An address of a script that this code wrote itself, in a form that a page with Trusted Types takes.
 *
 * @throws where such a page has not allowed the policy `otp-verify`.
 */
export function scriptUrl(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory }
  policy ??= trustedTypes?.createPolicy('otp-verify', { createScriptURL: (own) => own })
  return (policy?.createScriptURL(url) ?? url) as string
}
