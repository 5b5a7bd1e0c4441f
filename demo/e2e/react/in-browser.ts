import { createElement } from 'react'
import { createRoot, hydrateRoot } from 'react-dom/client'
import { App, HideableApp } from './app.js'

globalThis.told = []
const root = document.getElementById('root')!
const query = new URLSearchParams(location.search)
const app = createElement(query.has('hideable') ? HideableApp : App, { server: location.origin })

// As on a page that loads the element's script beside React's.
if (query.has('early')) await import('otp-verify')
if (root.hasChildNodes()) hydrateRoot(root, app)
else createRoot(root).render(app)
