import type { SceneServer } from '../scene-server.js'
import { NUMBER } from '../scene-server.js'
import type { Act, Scene } from '../scene.js'
import type { Visitor } from '../visitor.js'

const CODE = '482913'

/** In the past of every clock: a new code may be asked for at once. */
const LONG_AGO = '2020-01-01T00:00:00.000Z'

/** A check that the server refuses, with what the visitor reads. */
function checked(
  code: string,
  status: number,
  { more = {}, ...words }: Pick<Scene, 'title' | 'story'> & { more?: object },
): Scene {
  return {
    id: code.replaceAll('_', '-'),
    ...words,
    server: (server) => server.refuses('check', status, code, more),
    async visitor(visitor) {
      await visitor.isAskedForCode(NUMBER)
      visitor.types('one-time-code', CODE)
      await visitor.fails(code)
    },
  }
}

/** What may be asked for instead of waiting. */
function again(server: SceneServer, channels: ('sms' | 'voice')[]): void {
  server.sends({}, { availableAt: LONG_AGO, channels })
}

const asked = (visitor: Visitor) => visitor.isAskedForCode(NUMBER)

export const CODE_ACT: Act = {
  id: 'code',
  title: 'Asking for the code',
  scenes: [
    {
      id: 'code',
      title: 'Empty, countdown',
      story: 'The code is on its way; the next one has to wait.',
      visitor: asked,
    },
    {
      id: 'half-typed',
      title: 'Half typed',
      story: 'One real input under boxes that only draw it.',
      async visitor(visitor) {
        await asked(visitor)
        visitor.types('one-time-code', CODE.slice(0, 3))
      },
    },
    {
      id: 'checking',
      title: 'Checking',
      story: 'The last digit has submitted the code.',
      server: (server) => server.hangs('check'),
      async visitor(visitor) {
        await asked(visitor)
        visitor.types('one-time-code', CODE)
        await visitor.reaches('checking')
      },
    },
    checked('code_incorrect', 422, {
      title: 'Wrong code',
      story: 'And how many tries are left.',
      more: { attemptsRemaining: 4 },
    }),
    {
      id: 'invalid-code',
      title: 'Too short',
      story: 'Asked to check half a code. No request was made, no try spent.',
      async visitor(visitor) {
        await asked(visitor)
        visitor.types('one-time-code', CODE.slice(0, 4))
        visitor.presses('Enter', 'one-time-code')
        await visitor.fails('invalid_code')
      },
    },
    checked('attempts_exhausted', 429, {
      title: 'No tries left',
      story: 'Only a new code can help.',
      more: { attemptsRemaining: 0 },
    }),
    checked('verification_expired', 410, { title: 'Code expired', story: 'Only a new code can help.' }),
    {
      ...checked('provider_unavailable', 503, {
        title: 'Cannot be checked',
        story: 'The try was not spent.',
        more: { attemptsRemaining: 5 },
      }),
      id: 'check-unavailable',
    },
    {
      id: 'four-digits',
      title: 'Four digits',
      story: 'A site chooses how many digits its codes have.',
      server: (server) => server.sends({ codeLength: 4 }),
      visitor: asked,
    },
    {
      id: 'eight-digits',
      title: 'Eight digits',
      story: 'Longer codes while somebody is guessing.',
      server: (server) => server.sends({ codeLength: 8 }),
      visitor: asked,
    },
  ],
}

export const AGAIN_ACT: Act = {
  id: 'again',
  title: 'Asking for another code',
  scenes: [
    {
      id: 'resend',
      title: 'Possible',
      story: 'The countdown is over.',
      server: (server) => again(server, ['sms']),
      visitor: asked,
    },
    {
      id: 'call-offered',
      title: 'A call as well',
      story: 'If the site makes calls, and this number may get one.',
      server: (server) => again(server, ['sms', 'voice']),
      visitor: asked,
    },
    {
      id: 'resending',
      title: 'Sending again',
      story: 'The server has not answered yet.',
      async visitor(visitor) {
        await asked(visitor)
        visitor.clicks('again')
        await visitor.reaches('sending')
      },
      server(server) {
        again(server, ['sms'])
        server.hangs('resend')
      },
    },
    {
      id: 'calling',
      title: 'A call is coming',
      story: 'It reads the code out.',
      server: (server) => server.sends({ channel: 'voice' }, { channels: ['sms', 'voice'] }),
      visitor: asked,
    },
    {
      id: 'resends-exhausted',
      title: 'No more codes',
      story: 'The last one may still arrive.',
      server(server) {
        again(server, ['sms'])
        server.refuses('resend', 429, 'resends_exhausted')
      },
      async visitor(visitor) {
        await asked(visitor)
        visitor.clicks('again')
        await visitor.fails('resends_exhausted')
      },
    },
  ],
}

export const END_ACT: Act = {
  id: 'end',
  title: 'The end',
  scenes: [
    {
      id: 'verified',
      title: 'Verified',
      story: 'The form has its token.',
      async visitor(visitor) {
        await asked(visitor)
        visitor.types('one-time-code', CODE)
        await visitor.reaches('verified')
      },
    },
    {
      id: 'expired',
      title: 'Token expired',
      story: 'Nobody submitted the form in time.',
      attributes: { 'refresh-expired': 'off' },
      async visitor(visitor) {
        await asked(visitor)
        visitor.types('one-time-code', CODE)
        await visitor.reaches('verified')
        visitor.clock.pass(300)
        await visitor.reaches('expired')
      },
    },
  ],
}
