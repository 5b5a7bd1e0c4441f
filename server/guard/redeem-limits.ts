import type { Site } from '../site/site.js'
import { StoreFullError, type Charge, type Store } from '../store/store.js'
import { addressCharges } from './address-limits.js'
import { pauseFor } from './charging.js'
import type { Names } from './names.js'

/** Limits for callers that redeem. */
export interface RedeemLimits {
  /** Counts a wrong secret from an address, if that is known. @throws VerificationError `rate_limited` */
  wrongSecret(address: string | undefined): Promise<void>
  /**
   * Counts a call with the secret of a site. An address that sent too many wrong ones does not learn that this one is right.
   *
   * @throws VerificationError `rate_limited`
   */
  rightSecret(site: Site, address: string | undefined): Promise<void>
}

/** The limits over one store. */
export function redeemLimits(store: Pick<Store, 'consume'>, names: Names): RedeemLimits {
  async function charge(charges: readonly Charge[], sitekey?: string): Promise<void> {
    const consumed = await store.consume(charges).catch((error: unknown) => {
      // Redeeming goes on even if there is no room to count it, since it belongs to visitors under way.
      if (error instanceof StoreFullError) return undefined
      throw error
    })
    if (!consumed || 'charges' in consumed) return
    throw pauseFor(consumed).about({ sitekey })
  }

  return {
    wrongSecret: (address) => charge(addressCharges({ address }, names, 'secrets')),
    async rightSecret({ sitekey, policy }, address) {
      const secrets = addressCharges({ address }, names, 'secrets').map((one) => ({ ...one, look: true }))
      const redeems: Charge = { kind: 'spacing', key: `redeems:${sitekey}`, spans: policy.limits.siteRedeems }
      await charge([...secrets, redeems], sitekey)
    },
  }
}
