import { VerificationError } from '../../refusal/verification-error.js'
import { NO_CHALLENGE, type Challenge } from '../challenge.js'

/** A challenge whose solution is the word `solved`. */
export const solvedChallenge: Challenge = {
  ...NO_CHALLENGE,
  kind: () => 'altcha',
  async read(_, answer) {
    if (answer !== 'solved') throw new VerificationError('challenge_failed')
    return { spend: async () => {}, giveBack: async () => {} }
  },
}
