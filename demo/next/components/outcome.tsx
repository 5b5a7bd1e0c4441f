import { WORDS, type Refusal } from '../../html/words'

const words = WORDS.en

/** Greets somebody whose number is proven. */
export function Welcome({ name, phoneNumber }: { name: string; phoneNumber: string }) {
  return (
    <>
      <h1>{words.welcome(name)}</h1>
      <p className="lead">{words.confirmed}</p>
      <p className="number" dir="ltr">
        {phoneNumber}
      </p>
      <p className="note">{words.proof}</p>
      <a className="button" href="/">
        {words.again}
      </a>
    </>
  )
}

/** Says why a sign-up was refused. */
export function Refused({ refusal }: { refusal: Refusal }) {
  return (
    <>
      <h1>{words.refused}</h1>
      <p className="lead" role="alert" data-refusal={refusal}>
        {words.refusals[refusal]}
      </p>
      <a className="button" href="/">
        {words.back}
      </a>
    </>
  )
}
