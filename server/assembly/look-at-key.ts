import type { Observe } from '../observe/events.js'
import type { InfobipSettings } from '../provider/infobip/infobip.js'
import { scopeOf } from '../provider/infobip/manage.js'

/**
 * Checks whether the server's key may do more than send and check, and reports it to the observer (SR-B03). Never rejects, and
 * reports nothing when that cannot be found out.
 */
export async function lookAtKey(
  { baseUrl, apiKey, applicationId }: Pick<InfobipSettings, 'baseUrl' | 'apiKey' | 'applicationId'>,
  observe: Observe,
): Promise<void> {
  const scope = await scopeOf({ baseUrl, apiKey }, applicationId)
  if (scope === 'manages') observe({ event: 'overprivileged-key' })
}
