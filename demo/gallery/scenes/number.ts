import { NUMBER } from '../scene-server.js'
import type { Act, Scene } from '../scene.js'

/** A start that the server refuses, with what the visitor reads. */
function refused(
  code: string,
  status: number,
  { title, story, more = {}, ...rest }: Pick<Scene, 'title' | 'story' | 'children'> & { more?: object },
): Scene {
  return {
    id: code.replaceAll('_', '-'),
    title,
    story,
    ...rest,
    server: (server) => server.refuses('start', status, code, more),
    async visitor(visitor) {
      await visitor.sends(NUMBER)
      await visitor.fails(code)
    },
  }
}

export const NUMBER_ACT: Act = {
  id: 'number',
  title: 'Asking for the number',
  scenes: [
    { id: 'empty', title: 'Empty', story: 'How every visit begins.' },
    {
      id: 'filled',
      title: 'Filled in',
      story: 'By hand, or by the browser, which finds a real input.',
      async visitor(visitor) {
        await visitor.ready()
        visitor.types('tel', NUMBER)
      },
    },
    {
      id: 'sending',
      title: 'Sending',
      story: 'The server has not answered yet. The button keeps its size and its focus.',
      server: (server) => server.hangs('start'),
      async visitor(visitor) {
        await visitor.sends(NUMBER)
        await visitor.reaches('sending')
      },
    },
    {
      id: 'nothing-typed',
      title: 'Nothing typed',
      story: 'Asked for a code without a number. No request was made.',
      async visitor(visitor) {
        await visitor.sends('')
        await visitor.fails('invalid_phone_number')
      },
    },
    refused('invalid_phone_number', 422, {
      title: 'Not a number',
      story: 'The server knows each country’s rules.',
    }),
    refused('rate_limited', 429, {
      title: 'Too many tries',
      story: 'And when to come back.',
      more: { retryAfter: 300 },
    }),
    refused('provider_unavailable', 503, { title: 'Provider down', story: 'Worth another try.' }),
    refused('service_unavailable', 503, { title: 'Server down', story: 'Worth another try.' }),
    refused('internal_error', 500, { title: 'Server broken', story: 'An unexpected error.' }),
    refused('ticket_invalid', 403, {
      title: 'Session over',
      story: 'The start ticket from the page’s backend has expired.',
    }),
    {
      id: 'network-error',
      title: 'Offline',
      story: 'After three tries under one key, so that no message is sent twice.',
      server: (server) => server.loses('start'),
      async visitor(visitor) {
        await visitor.sends(NUMBER)
        await visitor.outwaits('network_error')
      },
    },
  ],
}

export const REFUSED_ACT: Act = {
  id: 'refused',
  title: 'Refused for good',
  scenes: [
    refused('cannot_send', 403, {
      title: 'With an alternative',
      story: 'The page’s own, in the slot “fallback”.',
      children: [
        { tag: 'a', attributes: { slot: 'fallback', href: '#refused' }, text: 'Verify by email instead' },
      ],
    }),
    {
      ...refused('cannot_send', 403, { title: 'Without one', story: 'The page has nothing else to offer.' }),
      id: 'cannot-send-alone',
    },
    refused('phone_type_not_allowed', 422, {
      title: 'Not that kind',
      story: 'A landline, at a site that sends texts.',
    }),
    refused('country_not_allowed', 422, {
      title: 'Not that country',
      story: 'A country that the site does not serve.',
    }),
    refused('delivery_failed', 422, {
      title: 'Not delivered',
      story: 'The mobile network rejected the message.',
    }),
  ],
}
