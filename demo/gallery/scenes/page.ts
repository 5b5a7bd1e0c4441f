import { manyCountries } from '../../../widget/test/made-answers.js'
import { NUMBER } from '../scene-server.js'
import type { Act, Scene } from '../scene.js'

/** Scenes without any visitor's doing: the element cannot say that it is ready. */
const waits: Scene['visitor'] = (visitor) => visitor.seesIt()

export const PAGE_ACT: Act = {
  id: 'page',
  title: 'What the page and the site decide',
  scenes: [
    {
      id: 'loading',
      title: 'Loading',
      story: 'The site’s countries are not here yet; their place is kept.',
      server: (server) => server.hangs('site'),
      visitor: waits,
    },
    {
      id: 'unknown-site',
      title: 'Site not served',
      story: 'The server does not know the sitekey, or not for this page.',
      server: (server) => server.refuses('site', 404, 'unknown_site'),
      visitor: (visitor) => visitor.fails('unknown_site'),
    },
    {
      id: 'single-country',
      title: 'One country',
      story: 'Nothing to choose, so no list.',
      server: (server) => server.serves({ countries: ['US'], callingCodes: { US: '1' } }),
    },
    {
      id: 'many-countries',
      title: 'Many countries',
      story: 'Too many to find at a glance: a list that can be searched, in front of the page.',
      server: (server) => server.serves(manyCountries()),
    },
    {
      id: 'disabled',
      title: 'Disabled',
      story: 'Cannot be used at the moment.',
      attributes: { disabled: '' },
    },
    {
      id: 'readonly-phone',
      title: 'A given number',
      story: 'One that the page has on file.',
      attributes: { phone: `+1${NUMBER}`, 'readonly-phone': '' },
    },
    {
      id: 'channel-voice',
      title: 'By call',
      story: 'It says beforehand what will happen.',
      attributes: { channel: 'voice' },
    },
    {
      id: 'own-words',
      title: 'Own words',
      story: 'Slots take the page’s text in place of ours.',
      children: [
        { tag: 'p', attributes: { slot: 'intro' }, text: 'We keep your seat for ten minutes.' },
        { tag: 'label', attributes: { slot: 'phone-label' }, text: 'Mobile' },
        { tag: 'span', attributes: { slot: 'send' }, text: 'Text me' },
      ],
    },
    {
      id: 'own-looks',
      title: 'Own colours',
      story: 'Custom properties, set where the page sets its own.',
      looks: {
        '--otp-accent': 'light-dark(#0f766e, #5eead4)',
        '--otp-on-accent': 'light-dark(#fff, #042f2e)',
        '--otp-radius': '24px',
      },
    },
  ],
}
