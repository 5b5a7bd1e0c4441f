'use client'

import { OtpVerify } from 'otp-verify/react'
import { useActionState } from 'react'
import { WORDS } from '../../html/words'
import { signUp } from '../app/sign-up'
import { Refused, Welcome } from './outcome'

const words = WORDS.en

interface Props {
  /** Public URL of the otp-verify server. */
  server: string
  sitekey: string
  action: string
  /** Ties the token to this visit. */
  nonce: string
  /** Where the sandbox shows its messages, when there is a sandbox. */
  inbox: string | undefined
}

/** The sign-up form; in its place, once it was sent, what became of it. */
export function SignUpForm({ server, sitekey, action, nonce, inbox }: Props) {
  const [outcome, send, sending] = useActionState(signUp, undefined)
  if (outcome) return 'refusal' in outcome ? <Refused {...outcome} /> : <Welcome {...outcome} />
  return (
    <>
      <h1>{words.heading}</h1>
      <p className="lead">{words.lead}</p>
      <form action={send}>
        <label>
          <span>{words.name}</span>
          <input name="name" autoComplete="name" maxLength={100} required />
        </label>
        <label>
          <span>{words.email}</span>
          <input name="email" type="email" autoComplete="email" maxLength={200} dir="ltr" required />
        </label>
        <OtpVerify server={server} sitekey={sitekey} action={action} tokenNonce={nonce} required />
        <button disabled={sending}>{words.submit}</button>
      </form>
      {inbox && (
        <p className="note">
          {words.inboxHint}{' '}
          <a href={inbox} target="_blank" rel="noreferrer">
            {words.inbox}
          </a>
        </p>
      )}
      <p className="note">{words.terms}</p>
    </>
  )
}
