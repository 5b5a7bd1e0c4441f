/** The default site of a server that runs against its own sandbox. */
export const SANDBOX_SITE = {
  sitekey: 'demo',
  origins: ['http://localhost:5173', 'http://127.0.0.1:5173'],
  channels: ['sms', 'voice'],
  voiceAfter: 0,
  // Nothing is paid for, and people who try it out send to the same few numbers.
  guard: 'shadow',
}
