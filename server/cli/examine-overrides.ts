import { openMadeStore } from '../assembly/open-store.js'
import { endingWords, lostWords, REPEAT } from '../assembly/stray-words.js'
import type { StoreSettings } from '../config/parts.js'
import { strayOverrides } from '../guard/override-list.js'
import { StoreError } from '../store/store.js'
import type { Findings } from './findings.js'
import { serverDigests } from './server-store.js'

/** Looks for overrides that servers do not obey. A store that cannot be asked is reported by `examineStore`. */
export async function examineOverrides(settings: StoreSettings): Promise<Findings> {
  const { lost, ending } = await straysOf(settings)
  return {
    weaknesses: lostWords(lost).map((message) => ({ check: 'store.overrides', message, fix: REPEAT })),
    notes: endingWords(ending),
  }
}

async function straysOf(settings: StoreSettings): ReturnType<typeof strayOverrides> {
  const none = { lost: 0, ending: 0 }
  const digests = await serverDigests(settings)
  if (!digests) return none
  try {
    const store = await openMadeStore(settings.store)
    return store ? await strayOverrides(store, digests).finally(() => store.close()) : none
  } catch (error) {
    if (error instanceof StoreError) return none
    throw error
  }
}
