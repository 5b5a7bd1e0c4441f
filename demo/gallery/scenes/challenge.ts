import { NUMBER, type SceneServer } from '../scene-server.js'
import type { Act } from '../scene.js'

const ALTCHA = {
  parameters: {
    algorithm: 'PBKDF2/SHA-256',
    nonce: 'a1'.repeat(16),
    salt: 'b2'.repeat(16),
    cost: 1000,
    keyLength: 32,
    keyPrefix: '0000',
  },
  signature: 'c3'.repeat(32),
}

const HOSTED = { type: 'turnstile', sitekey: 'shop-at-turnstile' }

function asks(server: SceneServer, challenge: object): void {
  server.refuses('start', 403, 'challenge_required')
  server.answers('challenge', challenge)
}

export const CHALLENGE_ACT: Act = {
  id: 'challenge',
  title: 'One more check',
  scenes: [
    {
      id: 'challenge-browser',
      title: 'By the browser',
      story: 'A few seconds of arithmetic, in a worker. The visitor has nothing to do.',
      server: (server) => asks(server, ALTCHA),
      visitor: (visitor) => visitor.isTold(() => visitor.sends(NUMBER)),
    },
    {
      id: 'challenge-visitor',
      title: 'By the visitor',
      story: 'Turnstile or hCaptcha draw their own; a stand-in is used here.',
      server: (server) => asks(server, HOSTED),
      visitor: (visitor) => visitor.isTold(() => visitor.sends(NUMBER)),
    },
    {
      id: 'challenge-failed',
      title: 'Not passed',
      story: 'The server rejected the answer.',
      server: (server) => server.refuses('start', 403, 'challenge_failed'),
      async visitor(visitor) {
        await visitor.sends(NUMBER)
        await visitor.fails('challenge_failed')
      },
    },
  ],
}
