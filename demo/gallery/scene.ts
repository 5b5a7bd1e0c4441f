import type { OtpVerify } from '../../widget/index.js'
import { SceneServer } from './scene-server.js'
import { Visitor } from './visitor.js'

/** One state of the element, and how it comes about: what the page writes, the server answers and the visitor does. */
export interface Scene {
  id: string
  title: string
  /** One sentence: what led there. */
  story: string
  /** What the page writes, beside the sitekey. */
  attributes?: Record<string, string>
  /** Markup of the page's own between the tags: a tag's name, its attributes, its text. */
  children?: { tag: string; attributes: Record<string, string>; text: string }[]
  /** What the page says about looks, as custom properties. */
  looks?: Record<string, string>
  server?: (server: SceneServer) => void
  visitor?: (visitor: Visitor) => Promise<void>
}

/** Scenes that belong together. */
export interface Act {
  id: string
  title: string
  scenes: Scene[]
}

/** A scene that has been played. */
export interface Played {
  server: SceneServer
  visitor: Visitor
}

/** Plays a scene on an element of the page: once it resolves, the element is in the state that the scene shows. */
export async function play(scene: Scene, element: OtpVerify): Promise<Played> {
  for (const [name, value] of Object.entries(scene.attributes ?? {})) element.setAttribute(name, value)
  const visitor = new Visitor(element)
  const server = new SceneServer(scene.id, element.sitekey, visitor.clock.now())
  scene.server?.(server)
  // Otherwise the elements of one page, which have one sitekey, would go on with each other's verifications.
  element.resume = 'off'
  element.server = server.address
  await (scene.visitor ?? ((somebody) => somebody.ready()))(visitor)
  await visitor.seesIt()
  return { server, visitor }
}

/** The element of a scene, as its page writes it. */
export function elementOf({ attributes = {}, children = [], looks = {} }: Scene): OtpVerify {
  const element = document.createElement('otp-verify')
  for (const [name, value] of Object.entries({ sitekey: 'shop', ...attributes }))
    element.setAttribute(name, value)
  for (const [name, value] of Object.entries(looks)) element.style.setProperty(name, value)
  for (const { tag, attributes: own, text } of children) {
    const child = document.createElement(tag)
    for (const [name, value] of Object.entries(own)) child.setAttribute(name, value)
    child.textContent = text
    element.append(child)
  }
  return element
}
