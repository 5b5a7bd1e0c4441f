import { describe, expect, it } from 'vitest'
import { openSandbox } from './test/client.js'

const APPLICATIONS = '/2fa/2/applications'

describe('the newer error envelope', () => {
  it('names each violation', async () => {
    const { call } = openSandbox({ behaviour: { errorEnvelope: 'newer' } })
    expect((await call('POST', APPLICATIONS, {})).body).toEqual({
      errorCode: 'E400',
      description: 'Request cannot be processed.',
      action: 'Check the syntax, violations and adjust the request.',
      violations: [{ property: 'name', violation: 'must not be blank' }],
      resources: [],
    })
  })
})
