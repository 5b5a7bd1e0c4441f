import { SignUpForm } from '../components/sign-up-form'
import { ACTION, inboxUrl, publicUrl, SITEKEY } from '../otp/settings'
import { nonceOfVisit } from '../otp/visit'

/** The page with the form. It is rendered for every visit anew, because the nonce is the visit's own. */
export default async function Page() {
  return (
    <SignUpForm
      server={publicUrl()}
      sitekey={SITEKEY}
      action={ACTION}
      nonce={await nonceOfVisit()}
      inbox={inboxUrl()}
    />
  )
}
