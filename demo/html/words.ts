import type { TokenErrorCode } from 'otp-verify/verify'

/** Why the shop refuses a sign-up. */
export type Refusal =
  | 'missing'
  | 'forged'
  | 'foreign'
  | 'expired'
  | 'other_visit'
  | 'used'
  | 'other_purpose'
  | 'other_number'
  | 'undecided'

/** What the verifier says of a token, in the shop's own terms. */
export const REFUSAL_OF: Record<TokenErrorCode, Refusal> = {
  token_missing: 'missing',
  token_malformed: 'forged',
  token_forged: 'forged',
  token_expired: 'expired',
  token_not_active: 'expired',
  token_redeem_only: 'undecided',
  token_used: 'used',
  issuer_mismatch: 'foreign',
  audience_mismatch: 'foreign',
  nonce_mismatch: 'other_visit',
  action_mismatch: 'other_purpose',
  phone_number_mismatch: 'other_number',
  keys_unavailable: 'undecided',
  replay_store_unavailable: 'undecided',
}

/** Everything the shop says, in one language. */
export interface Words {
  shop: string
  tagline: string
  heading: string
  lead: string
  name: string
  email: string
  submit: string
  /** For visitors who cannot have a code. */
  otherWay: string
  terms: string
  otherLanguage: string
  lighter: string
  darker: string
  inbox: string
  inboxHint: string
  welcome: (name: string) => string
  confirmed: string
  proof: string
  again: string
  refused: string
  back: string
  refusals: Record<Refusal, string>
}

const english: Words = {
  shop: 'Kiln & Clay',
  tagline: 'Stoneware, thrown by hand',
  heading: 'Join the first firing',
  lead: 'Members hear about every new kiln load a day early, and we set their cups aside.',
  name: 'Name',
  email: 'Email',
  submit: 'Create account',
  otherWay: 'Write to us, and we will set up your account',
  terms: 'This shop is a demo. Nothing is sold, and nothing you type is kept.',
  otherLanguage: 'العربية',
  lighter: 'Light',
  darker: 'Dark',
  inbox: 'Phone inbox',
  inboxHint: 'Codes are not really sent: they arrive in the',
  welcome: (name) => (name ? `Welcome, ${name}!` : 'Welcome!'),
  confirmed: 'Your confirmed phone number is',
  proof: 'The shop took it from the signed token, not from the form.',
  again: 'Sign up someone else',
  refused: 'We could not create your account',
  back: 'Back to the form',
  refusals: {
    missing: 'Your phone number is not confirmed yet. Please confirm it on the form.',
    forged: 'The confirmation of your phone number is not genuine: its signature is not the one we trust.',
    foreign: 'The confirmation of your phone number was made for another site, not for this shop.',
    expired: 'The confirmation of your phone number is too old. Please confirm the number again.',
    other_visit: 'The confirmation of your phone number belongs to another visit, not to this one.',
    used: 'This confirmation has been used already. It is good for one account only.',
    other_purpose: 'The confirmation of your phone number was made for a purpose other than signing up.',
    other_number: 'The confirmed phone number is not the one we have on file.',
    undecided:
      'We cannot check the confirmation of your phone number right now. Please try again in a moment.',
  },
}

const arabic: Words = {
  shop: 'طين وفرن',
  tagline: 'خزف مشكّل باليد',
  heading: 'انضم إلى أول إشعال للفرن',
  lead: 'يعلم الأعضاء بكل دفعة جديدة قبل يوم من عرضها، ونحجز لهم أكوابهم.',
  name: 'الاسم',
  email: 'البريد الإلكتروني',
  submit: 'إنشاء الحساب',
  otherWay: 'راسلنا لننشئ لك حسابك',
  terms: 'هذا متجر تجريبي: لا يُباع فيه شيء، ولا يُحفظ شيء مما تكتبه.',
  otherLanguage: 'English',
  lighter: 'فاتح',
  darker: 'داكن',
  inbox: 'صندوق رسائل الهاتف',
  inboxHint: 'لا تُرسل الرموز فعلًا، بل تصل إلى',
  welcome: (name) => (name ? `أهلًا بك يا ${name}!` : 'أهلًا بك!'),
  confirmed: 'رقم هاتفك المؤكَّد هو',
  proof: 'أخذه المتجر من الرمز الموقَّع، لا من النموذج.',
  again: 'تسجيل شخص آخر',
  refused: 'تعذّر إنشاء حسابك',
  back: 'العودة إلى النموذج',
  refusals: {
    missing: 'لم يُؤكَّد رقم هاتفك بعد. يُرجى تأكيده في النموذج.',
    forged: 'تأكيد رقم هاتفك غير أصلي: توقيعه ليس التوقيع الذي نثق به.',
    foreign: 'صدر تأكيد رقم هاتفك لموقع آخر، لا لهذا المتجر.',
    expired: 'تأكيد رقم هاتفك قديم. يُرجى تأكيد الرقم مرة أخرى.',
    other_visit: 'تأكيد رقم هاتفك يخص زيارة أخرى، لا هذه الزيارة.',
    used: 'سبق استخدام هذا التأكيد، وهو صالح لحساب واحد فقط.',
    other_purpose: 'صدر تأكيد رقم هاتفك لغرض آخر غير التسجيل.',
    other_number: 'رقم الهاتف المؤكَّد ليس الرقم المسجَّل لدينا.',
    undecided: 'لا يمكننا التحقق من تأكيد رقم هاتفك الآن. يُرجى المحاولة بعد قليل.',
  },
}

/** The shop's words by language. */
export const WORDS = { en: english, ar: arabic } as const

/** A language the shop speaks. */
export type Language = keyof typeof WORDS
