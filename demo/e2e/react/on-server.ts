import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { App } from './app.js'

/** The page as a server renders it. */
export function render(server: string): string {
  return renderToString(createElement(App, { server }))
}
