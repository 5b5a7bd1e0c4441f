import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { TestServer } from '../test/harness.js'
import { readWidget } from './widget-script.js'

it('sentences that an earlier build wrote are served too, once they lie beside those of this one', async () => {
  const dist = mkdtempSync(join(tmpdir(), 'otp-verify-script-'))
  onTestFinished(() => rmSync(dist, { recursive: true }))
  mkdirSync(join(dist, 'script/locales'), { recursive: true })
  writeFileSync(join(dist, 'script/otp-verify.js'), 'void 0')
  const files = { 'list-new.json': '["new"]', 'list-old.json': '["old"]', 'de-old.json': '{"send":"Los"}' }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dist, 'script/locales', name), text)

  const widget = await readWidget(
    () => {},
    async () => ({ version: '1.2.3', dist }),
  )
  const server = await TestServer.start({ deps: { widget } })
  onTestFinished(() => server.stop())
  for (const [name, text] of Object.entries(files)) {
    expect(await (await server.app.request(`${PATHS.locales}/${name}`)).text()).toBe(text)
  }
})
