const COMMANDS = {
  /** Gives the page a size. */
  async 'page-size'(browser, id, size) {
    if (browser.resizePage) await browser.resizePage(size)
    else await browser.getPage(id).setViewport(size)
  },
  /** Presses Tab with Shift: back to what came before. */
  async 'shift-tab'(browser, id) {
    if (browser.type === 'webdriver') return browser.sendKeys(id, ['Shift', 'Tab'])
    const { keyboard } = browser.getPage(id)
    await keyboard.down('Shift')
    await keyboard.press('Tab')
    await keyboard.up('Shift')
  },
  /** Whether the engine's accessibility tree has a field of text of this name; `selector` is how WebDriver finds it. */
  async 'is-named'(browser, id, { selector, name }) {
    if (browser.type !== 'webdriver')
      return (await browser.getPage(id).$(`::-p-aria([name="${name}"][role="textbox"])`)) !== null
    const { elementId } = await browser.driver.$(selector).getElement()
    return (await browser.driver.getElementComputedLabel(elementId)) === name
  },
}

/** What tests ask of every engine, and the runner's own commands cannot do where WebDriver is spoken. */
export function engineCommands() {
  return {
    name: 'engine-commands',
    async executeCommand({ command, payload, session: { browser, id } }) {
      if (!Object.hasOwn(COMMANDS, command)) return undefined
      return { answer: await COMMANDS[command](browser, id, payload) }
    },
  }
}
