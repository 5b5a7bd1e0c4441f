/** Lets a test give its page a size in every engine. The runner's own `setViewport` cannot where WebDriver is spoken. */
export function pageSizePlugin() {
  return {
    name: 'page-size',
    async executeCommand({ command, payload, session: { browser, id } }) {
      if (command !== 'page-size') return undefined
      if (browser.resizePage) await browser.resizePage(payload)
      else await browser.getPage(id).setViewport(payload)
      return true
    },
  }
}
