import { describe, expect, it } from 'vitest'
import { MESSAGE_TEXTS } from './texts.js'
import { WARNING_WORDS, warns } from './warning-words.js'

const wordsOf = (language: string) => WARNING_WORDS.filter((one) => one.language === language)

/** Languages that Infobip names otherwise. */
const NAMES: Readonly<Record<string, string>> = {
  no: 'nb',
  pt_br: 'pt',
  pt_pt: 'pt',
  zh_cn: 'zh',
  zh_tw: 'zh',
}

describe('a warning not to share the code (SR-H11)', () => {
  it.each(MESSAGE_TEXTS.map(({ language, text }) => [language, text] as const))(
    'is the second sentence of our text in %s, in words of that language',
    (language, text) => {
      const [first, second, ...others] = text.split(/(?<=\.) |(?<=。)/)
      expect(others).toEqual([])
      expect([first, second].map((one) => warns(one!, wordsOf(NAMES[language] ?? language)))).toEqual([
        false,
        true,
      ])
      expect(warns(first!)).toBe(false)
    },
  )

  const OTHERS = {
    ar: 'لا تشارك هذا الرمز مع أي شخص.',
    bg: 'Не го споделяйте с никого.',
    ca: 'No el compartiu amb ningú.',
    cs: 'Nikomu ho nesdělujte.',
    da: 'Vi beder aldrig om den. Giv den ikke til nogen!',
    de: 'Teilen Sie ihn mit niemandem.',
    el: 'Μην τον κοινοποιήσετε σε κανέναν.',
    en: 'We never ask for it: don’t tell anybody.',
    es: 'Nunca lo revele a nadie.',
    fa: 'این کد را با کسی به اشتراک نگذارید.',
    fi: 'Älä jaa koodia muille.',
    fr: 'Ne partagez jamais ce code.',
    he: 'אין לשתף את הקוד עם אף אחד.',
    hi: 'इसे किसी के साथ साझा न करें।',
    hr: 'Nikome ga ne otkrivajte.',
    hu: 'Ne ossza meg senkivel.',
    id: 'Jangan berikan kode ini kepada siapa pun.',
    it: 'Non comunicarlo a nessuno.',
    ja: 'この認証コードは誰にも教えないでください。',
    ko: '인증번호를 타인에게 알려주지 마세요.',
    ms: 'Jangan kongsi kod ini dengan sesiapa.',
    nb: 'Gi den aldri til andre.',
    nl: 'Geef deze code nooit aan anderen.',
    pl: 'Nie udostępniaj go nikomu.',
    pt: 'Nunca o revele a ninguém.',
    ro: 'Nu îl divulgați nimănui.',
    ru: 'Никому не сообщайте код.',
    sk: 'Nikomu ho neposkytujte.',
    sl: 'Ne delite je z nikomer.',
    sv: 'Lämna aldrig ut koden, dela den inte.',
    th: 'ห้ามแชร์รหัสนี้กับผู้อื่น',
    tr: 'Kodu kimseyle paylaşmayın.',
    uk: 'Нікому його не повідомляйте.',
    ur: 'یہ کوڈ کسی کو نہ بتائیں۔',
    vi: 'Không chia sẻ mã này với bất kỳ ai.',
    zh: '请勿将验证码告知他人。',
  }

  it.each(Object.entries(OTHERS))('is known in another sentence than ours, too: %s', (language, text) => {
    expect(warns(text, wordsOf(language))).toBe(true)
    expect(warns(text.normalize('NFD'), wordsOf(language))).toBe(true)
  })

  it('is known in every language that there are words of', () => {
    expect(Object.keys(OTHERS)).toEqual(WARNING_WORDS.map(({ language }) => language).toSorted())
  })

  it.each([
    '123456 is your code. If you did not ask for it, ignore this message.',
    'Your code is 123456. Share the news! Not a robot?',
    '123456 ist Ihr Code. Er gilt zehn Minuten. Wenn Sie ihn nicht angefordert haben, löschen Sie ihn.',
    'Votre code est 123456. Si vous n’êtes pas à l’origine de cette demande, ignorez ce message.',
    'Su código es 123456. Si no lo ha pedido, ignore este mensaje.',
    '123456 este codul dvs. Dacă nu l-ați cerut, ignorați acest mesaj.',
    'Ваш код 123456. Если вы не запрашивали его, не обращайте внимания.',
    '認証コードは123456です。お心当たりがない場合はお知らせください。',
    '인증번호는 123456입니다. 요청하지 않으셨다면 무시해 주세요.',
    '您的验证码是123456，10分钟内有效。',
  ])('is not taken from a text that has none: %s', (text) => {
    expect(warns(text)).toBe(false)
  })
})
