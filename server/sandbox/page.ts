import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Handler } from 'hono'

/** Serves the phone that shows messages as they arrive, under a policy that allows its one script and one style only. */
export function inboxPage(): Handler {
  // In two steps: webpack takes the usual one for a file that pages ask for, and leaves an address on the web here.
  const here = import.meta.url
  const html = readFileSync(new URL('./inbox.html', here), 'utf8')
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(html, 'script')}`,
    `style-src ${hashOf(html, 'style')}`,
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    // A demo on another port of this machine may show the phone beside its page.
    "frame-ancestors 'self' http://localhost:* http://127.0.0.1:*",
    "require-trusted-types-for 'script'",
  ].join('; ')
  return function servePhone(c) {
    c.header('Content-Security-Policy', policy)
    c.header('X-Content-Type-Options', 'nosniff')
    c.header('Referrer-Policy', 'no-referrer')
    c.header('Cache-Control', 'no-store')
    return c.html(html)
  }
}

function hashOf(html: string, tag: 'script' | 'style'): string {
  const [, content] = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(html)!
  return `'sha256-${createHash('sha256').update(content!).digest('base64')}'`
}
