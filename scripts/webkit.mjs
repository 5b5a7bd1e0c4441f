import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { WebdriverLauncher } from '@web/test-runner-webdriver'

const START_MS = 30_000

/** Runs tests in WebKitGTK's own small browser, on a display that nobody sees. Starts what that takes, and ends it. */
export class WebKitLauncher extends WebdriverLauncher {
  #children = []
  #folder

  constructor() {
    super({
      automationProtocol: 'webdriver',
      hostname: '127.0.0.1',
      path: '/',
      capabilities: { browserName: 'MiniBrowser', 'wdio:enforceWebDriverClassic': true },
    })
  }

  async initialize(config) {
    await super.initialize(config)
    process.once('exit', () => this.#end())
    try {
      const env = { ...process.env, DISPLAY: await this.#startDisplay(), XDG_CONFIG_HOME: this.#settings() }
      this.options.port = await freePort()
      this.#start('WebKitWebDriver', [`--port=${this.options.port}`, '--host=127.0.0.1'], { env })
      await answers(`http://127.0.0.1:${this.options.port}/status`)
      await this.ensureManagerInitialized()
    } catch (error) {
      this.#end()
      throw error
    }
    this.name = `WebKitGTK ${this.driver.capabilities.browserVersion}`
  }

  async stop() {
    await super.stop()
    this.#end()
  }

  /** Gives the page of a test a size by giving its window one, whose frame stays as it is. */
  async resizePage({ width, height }) {
    const window = await this.driver.getWindowRect()
    const [pageWidth, pageHeight] = await this.driver.execute('return [innerWidth, innerHeight]')
    const size = [window.width + width - pageWidth, window.height + height - pageHeight]
    await this.driver.setWindowRect(null, null, ...size)
  }

  /** The server chooses a free number and tells it. */
  async #startDisplay() {
    const args = ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp']
    const server = this.#start('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
    const [number] = await once(server.stdio[3], 'data', { signal: AbortSignal.timeout(START_MS) })
    return `:${String(number).trim()}`
  }

  /** Settings of a desktop whose user prefers reduced motion, and whose windows may be as narrow as a phone. */
  #settings() {
    this.#folder = mkdtempSync(join(tmpdir(), 'otp-verify-webkit-'))
    mkdirSync(join(this.#folder, 'gtk-3.0'))
    writeFileSync(join(this.#folder, 'gtk-3.0/settings.ini'), '[Settings]\ngtk-enable-animations=0\n')
    writeFileSync(join(this.#folder, 'gtk-3.0/gtk.css'), '* { min-width: 0; padding: 0; margin: 0 }\n')
    return this.#folder
  }

  #start(program, args, options) {
    const child = spawn(program, args, { stdio: 'ignore', ...options })
    child.on('error', (error) => console.error(`${program} could not be started: ${error.message}`))
    this.#children.push(child)
    return child
  }

  #end() {
    for (const child of this.#children.splice(0).reverse()) child.kill()
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true })
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

async function answers(url) {
  const end = Date.now() + START_MS
  for (;;) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return
    if (Date.now() > end) throw new Error('WebKitWebDriver did not start.')
    await wait(50)
  }
}
