import { expect, it } from 'vitest'
import { lintTemplate } from './lint-template.js'

const USE = { codeLength: 6, host: 'shop.example', hostPlaceholder: 'host' }

/** What is said of the word for a code, or of its lack. */
function said(sentence: string): { weak: boolean; advised: boolean } {
  const { weaknesses, advice } = lintTemplate(`${sentence}\n@{{host}} #{{pin}}`, USE)
  const [weak, advised] = [weaknesses, advice].map((all) =>
    all.some(({ check }) => check === 'template.word'),
  )
  return { weak: weak!, advised: advised! }
}

it.each([
  'Shop: {{pin}} آپ کا کوڈ ہے۔',
  'كود التحقق: {{pin}}',
  '{{pin}} هو رمز التحقق',
  '{{pin}} là mã của bạn',
  '[Shop] 인증 번호 {{pin}}',
  '[Shop] 인증번호 {{pin}}',
  '校验码：{{pin}}',
  '校驗碼：{{pin}}',
  '确认码：{{pin}}',
  '您的動態密碼為 {{pin}}',
  '您的动态密码为 {{pin}}',
  '確認番号：{{pin}}',
  'आपका ओटीपी {{pin}} है',
  'आपका कोड {{pin}} है',
  'Onay şifreniz {{pin}}',
  'ONAY ŞİFRENİZ {{pin}}',
  'Su clave es {{pin}}',
  'Sua senha é {{pin}}',
  'La tua parola è {{pin}}',
  'Ваш пароль {{pin}}',
  'Kood {{pin}}',
  '{{pin}} er kóðinn þinn',
  'Ο κωδικός σας είναι {{pin}}',
  '{{pin}} este codul dvs.',
  '{{pin}} je váš kód',
])('a text has a word for a code, however its letters are composed: %s (SR-H11)', (sentence) => {
  for (const text of [sentence, sentence.normalize('NFD')]) {
    expect(said(text)).toEqual({ weak: false, advised: false })
  }
})

it.each(['আপনার সংখ্যা {{pin}}', 'Shop: உங்கள் எண் {{pin}}', 'Shop: თქვენი ნომერი {{pin}}'])(
  'a text in letters that no word is known in is advised on, and not refused: %s',
  (sentence) => {
    expect(said(sentence)).toEqual({ weak: false, advised: true })
    expect(said(`OTP: ${sentence}`)).toEqual({ weak: false, advised: false })
  },
)

it.each(['{{pin}} opens it.', 'Ваш номер {{pin}}', '{{pin}} ラーメン', '{{pin}} ʼn €5 ª', '{{pin}}'])(
  'a text in letters that words are known in is not left without: %s',
  (sentence) => {
    expect(said(sentence)).toEqual({ weak: true, advised: false })
  },
)
