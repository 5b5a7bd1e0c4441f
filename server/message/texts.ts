/** A text message in one language. */
export interface MessageText {
  /** The language as Infobip names it; it also decides how a call is spoken. */
  language: string
  /** The languages of pages (BCP 47) that get it. */
  tags: readonly string[]
  text: string
}

/**
 * Texts of messages in all languages that Infobip's templates have; English is for all others. Where a language needs letters
 * that GSM-7 lacks, its text is short enough to be one message nevertheless, with a short name and host.
 */
export const MESSAGE_TEXTS: readonly MessageText[] = [
  { language: 'en', tags: ['en'], text: '{{pin}} is your code. Do not share it with anyone.' },
  { language: 'ca', tags: ['ca'], text: '{{pin}} és el vostre codi. No el compartiu.' },
  { language: 'da', tags: ['da'], text: '{{pin}} er din kode. Del den ikke med nogen.' },
  { language: 'de', tags: ['de'], text: '{{pin}} ist Ihr Code. Geben Sie ihn nicht weiter.' },
  { language: 'es', tags: ['es'], text: '{{pin}} es su código. No lo comparta.' },
  { language: 'fi', tags: ['fi'], text: '{{pin}} on koodisi. Älä kerro sitä kenellekään.' },
  { language: 'fr', tags: ['fr'], text: '{{pin}} est votre code. Ne le communiquez à personne.' },
  { language: 'hr', tags: ['hr'], text: '{{pin}} je vaš kôd. Ne dijelite ga.' },
  { language: 'it', tags: ['it'], text: '{{pin}} è il tuo codice. Non condividerlo con nessuno.' },
  { language: 'ja', tags: ['ja'], text: '{{pin}} が認証コードです。他の人に教えないでください。' },
  { language: 'ko', tags: ['ko'], text: '{{pin}} 인증번호입니다. 다른 사람에게 알려주지 마세요.' },
  { language: 'nl', tags: ['nl'], text: '{{pin}} is je code. Deel deze met niemand.' },
  { language: 'no', tags: ['nb', 'no', 'nn'], text: '{{pin}} er koden din. Ikke del den med noen.' },
  { language: 'pl', tags: ['pl'], text: '{{pin}} to Twój kod. Nie podawaj go.' },
  { language: 'pt_br', tags: ['pt-BR', 'pt'], text: '{{pin}} é seu código. Não compartilhe.' },
  { language: 'pt_pt', tags: ['pt-PT'], text: '{{pin}} é o seu código. Não partilhe.' },
  { language: 'ro', tags: ['ro'], text: '{{pin}} e codul dvs. Nu-l divulgați.' },
  { language: 'ru', tags: ['ru'], text: '{{pin}} — ваш код. Не сообщайте его.' },
  { language: 'sl', tags: ['sl'], text: '{{pin}} je vaša koda. Ne delite je.' },
  { language: 'sv', tags: ['sv'], text: '{{pin}} är din kod. Dela den inte med någon.' },
  { language: 'zh_cn', tags: ['zh-Hans', 'zh'], text: '{{pin}} 是您的验证码。请勿告知他人。' },
  { language: 'zh_tw', tags: ['zh-Hant'], text: '{{pin}} 是您的驗證碼。請勿告訴他人。' },
]

/** The whole message: the name, the sentence, and the line that binds the code to a page (WICG). */
export function messageText(
  { text }: MessageText,
  { brand, hostPlaceholder }: { brand: string | undefined; hostPlaceholder: string | undefined },
): string {
  const sentence = brand === undefined ? text : `${brand}: ${text}`
  return hostPlaceholder === undefined ? sentence : `${sentence}\n\n@{{${hostPlaceholder}}} #{{pin}}`
}
