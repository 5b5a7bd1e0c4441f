import { describe, expect, it } from 'vitest'
import { SWITCHES, type SwitchName } from './behaviour.js'
import type { Cases } from './test/cases.js'
import { openSandbox } from './test/client.js'
import { sendCases } from './test/send-cases.js'
import { serviceCases } from './test/service-cases.js'
import { verifyCases } from './test/verify-cases.js'

// The compiler asks for every switch.
const cases: Cases<SwitchName> = { ...serviceCases, ...sendCases, ...verifyCases }

describe.each(Object.keys(cases) as SwitchName[])('the switch %s', (name) => {
  const { see } = cases[name]
  const expected: Record<string, unknown> = cases[name].expected
  const values: readonly (string | number)[] = SWITCHES[name].values

  it.each(values)('does as documented when it is %s', async (value) => {
    const sandbox = openSandbox({ behaviour: { [name]: value } })
    expect(await see(sandbox)).toEqual(expected[value])
  })

  it('starts with the first value of its row', async () => {
    expect(await see(openSandbox())).toEqual(expected[values[0]!])
  })
})
