/**
 * Words by which phones know that a message holds a code. Which words they look for is not published; "code", and what it
 * is called in other languages, is what their makers' own examples have.
 */
const CODE_WORDS = new RegExp(
  [
    'cod|cód|kod|kód|kôd|kood|kóð|\\botp\\b|\\bpin\\b|clave|parola|senha|ş[iİ]fre|mã',
    'κωδικ|код|парол|קוד|رمز|کد|كود|کوڈ|कोड|ओटीपी|รหัส',
    '인증 ?번호|코드|コード|認証番号|確認番号|验证码|驗證碼|校验码|校驗碼|确认码|確認碼|动态密码|動態密碼|代码|代碼',
  ].join('|'),
  'iu',
)

/** A letter of none of the scripts of those words. */
const OTHER_LETTER =
  /(?![\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Hebr}\p{sc=Arab}\p{sc=Deva}\p{sc=Thai}\p{sc=Hang}\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}\p{sc=Zyyy}])\p{L}/u

/** Whether a text has a word for a code; `undefined` where it has none, and letters that no word is known in. */
export function hasCodeWord(text: string): boolean | undefined {
  const composed = text.normalize('NFC')
  if (CODE_WORDS.test(composed)) return true
  return OTHER_LETTER.test(composed) ? undefined : false
}
