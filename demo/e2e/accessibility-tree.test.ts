import type { Browser, CDPSession } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { playServer, type PlayedPage } from './played-server.js'
import { showState, STATES } from './states.js'
import { launchBrowser } from './visit.js'

let browser: Browser
let played: PlayedPage
let session: CDPSession

beforeAll(async () => {
  browser = await launchBrowser()
  played = await playServer(browser)
  session = await played.page.context().newCDPSession(played.page)
})
afterAll(() => browser.close())

it.each(['en', 'ar'])('tells assistive technology of every state what it always did (%s)', async (lang) => {
  const trees: string[] = []
  for (const state of Object.keys(STATES)) {
    await showState(played, state, lang)
    trees.push(`# ${state}\n\n${await treeOf(session)}`)
  }
  await expect(trees.join('\n')).toMatchFileSnapshot(`accessibility-tree.${lang}.txt`)
})

type Node = Awaited<ReturnType<typeof fullTree>>[number]

async function fullTree(session: CDPSession) {
  return (await session.send('Accessibility.getFullAXTree')).nodes
}

/** What is said of a node, where it is not the usual. */
const TOLD = ['focused', 'disabled', 'readonly', 'required', 'invalid', 'live', 'atomic', 'busy', 'hasPopup']

/** The tree as text: roles, names, descriptions, values and states, deeper nodes further to the right. */
async function treeOf(session: CDPSession): Promise<string> {
  const nodes = await fullTree(session)
  const byId = new Map(nodes.map((node) => [node.nodeId, node]))
  const childrenOf = (node: Node) => (node.childIds ?? []).flatMap((id) => byId.get(id) ?? [])

  function linesOf(node: Node, depth: number, context: string): string[] {
    const role = String(node.role?.value)
    const name = String(node.name?.value ?? '').trim()
    if (role === 'InlineTextBox' || (role === 'StaticText' && context.includes(name))) return []
    const isSilent = node.ignored || ['none', 'generic'].includes(role)
    const below = childrenOf(node).flatMap((child) =>
      linesOf(child, isSilent ? depth : depth + 1, isSilent ? context : name),
    )
    return isSilent ? below : ['  '.repeat(depth) + wordsOf(node, role, name), ...below]
  }
  return linesOf(nodes[0]!, 0, '').join('\n') + '\n'
}

function wordsOf({ description, value, properties = [] }: Node, role: string, name: string): string {
  const told = properties
    .filter((property) => TOLD.includes(property.name) && !isUsual(property.value.value))
    .map((property) => `${property.name}=${String(property.value.value)}`)
  return [
    role,
    name && JSON.stringify(name),
    description?.value && `description=${JSON.stringify(description.value)}`,
    value?.value && `value=${JSON.stringify(value.value)}`,
    ...told,
  ]
    .filter(Boolean)
    .join(' ')
}

function isUsual(value: unknown): boolean {
  return value === false || value === 'false'
}
