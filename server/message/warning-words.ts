/**
 * Words with which a sentence of one language warns: a negation, unless the other word already contains one, and what not to do.
 */
export interface WarningWords {
  /** BCP 47, without script or country. */
  language: string
  no?: RegExp
  share: RegExp
}

const LETTER = '[\\p{L}\\p{M}]'

/** Exactly these words. */
const words = (list: string): RegExp => new RegExp(`(?<!${LETTER})(?:${list})(?!${LETTER})`, 'iu')

/** Words that begin like these. */
const begun = (list: string): RegExp => new RegExp(`(?<!${LETTER})(?:${list})`, 'iu')

/**
 * How texts ask to keep a code to oneself, in every language of the element. "If you did not ask for it, tell us" must not look
 * like it, so words such as "ask" are not among them.
 */
export const WARNING_WORDS: readonly WarningWords[] = [
  { language: 'ar', no: words('لا|ولا|لن|عدم'), share: begun('تشارك|مشاركة|تعط|تفصح|تكشف|تخبر|ترسل|تطلع') },
  {
    language: 'bg',
    no: words('не|никому|никого'),
    share: begun('споделя|казва|предава|дава|разкрива|показва'),
  },
  { language: 'ca', no: words('no|mai|ningú'), share: begun('compart|reve|doneu|donis|digueu|diguis') },
  { language: 'cs', share: begun('nesděl|nesdíl|neposkyt|nepředáv|neprozra|neříkej|neposílej') },
  { language: 'da', no: words('ikke|aldrig|ingen'), share: begun('del|giv|vis|videregiv|oplys') },
  {
    language: 'de',
    no: words('nicht|nie|niemals|niemand(?:em)?|keinem'),
    share: begun('weiter|teil|verrat|geb|gib|nenn'),
  },
  { language: 'el', no: words('μη|μην|ποτέ|κανέναν'), share: begun('κοινοπο|μοιρα|αποκαλύ|δώσ|δίν|δείξ') },
  {
    language: 'en',
    no: words("not|never|nobody|no one|\\p{L}+n['’]t"),
    share: begun('shar|tell|giv|disclos|reveal|forward|pass'),
  },
  {
    language: 'es',
    no: words('no|nunca|nadie'),
    share: begun('compart|revel|reenv|divulg|entregue|facilite|diga'),
  },
  { language: 'fa', share: begun('نگذار|ندهید|نده|نگویید|نگو|نفرست') },
  { language: 'fi', no: words('älä|älkää|ei|koskaan'), share: begun('kerro|jaa|anna|luovuta|paljasta') },
  {
    language: 'fr',
    no: words('ne|n|jamais|personne'),
    share: begun('communiqu|partag|donne|divulgu|transmet|révél'),
  },
  {
    language: 'he',
    no: words('אל|לא|אין'),
    share: begun('תשתפ|לשתף|תמסר|למסור|תגל|לגלות|תעביר|להעביר|תספר'),
  },
  { language: 'hi', no: words('न|ना|नहीं|मत'), share: begun('साझा|शेयर|बता') },
  {
    language: 'hr',
    no: words('ne|nikad|nikada|nikome|nemojte'),
    share: begun('dijel|podijel|govor|otkriv|prosljeđ'),
  },
  { language: 'hu', no: words('ne|soha|senkinek|senkivel'), share: begun('ossz|adj|add|mond|árul|közöl') },
  { language: 'id', no: words('jangan|tidak'), share: begun('bagikan|berikan|beri tahu|beritahu|sebar') },
  {
    language: 'it',
    no: words('non|mai|nessuno'),
    share: begun('condivid|comunic|rivel|dar|dire|dirlo|inoltr'),
  },
  { language: 'ja', share: /(?:教え|共有し|知らせ|伝え|渡さ|見せ|漏らさ)(?:ない|ず)/u },
  { language: 'ko', no: /마세요|마십시오|마시|말고|금지/u, share: /알려|공유|제공|전달|노출|공개|유출/u },
  { language: 'ms', no: words('jangan|tidak'), share: begun('kongsi|beri|dedah|sebar') },
  { language: 'nb', no: words('ikke|aldri|ingen'), share: begun('del|gi|vis|oppgi|videresend') },
  { language: 'nl', no: words('niet|nooit|niemand'), share: begun('deel|delen|geef|vertel|verstrek') },
  { language: 'pl', no: words('nie|nigdy|nikomu'), share: begun('podaw|udostępn|przekaz|ujawn') },
  {
    language: 'pt',
    no: words('não|nunca|ninguém'),
    share: begun('compart|partilh|revel|divulg|forneç|diga'),
  },
  {
    language: 'ro',
    no: words('nu(?:-l)?|niciodată|nimănui'),
    share: begun('împărt|distribui|divulg|comunic|dezvălui|partaj'),
  },
  {
    language: 'ru',
    no: words('не|никому|никогда'),
    share: begun('сообщай|говори|передавай|делитесь|показывай|называй|раскрывай'),
  },
  { language: 'sk', share: begun('nezdieľaj|neposkyt|neprezrádzaj|neprezrad|nehovor|neoznam') },
  { language: 'sl', no: words('ne|nikoli|nikomur'), share: begun('deli|razkri|posreduj|izda') },
  { language: 'sv', no: words('inte|aldrig|ingen'), share: begun('dela|ge|lämna|visa|uppge') },
  { language: 'th', no: /ห้าม|อย่า|ไม่/u, share: /แชร์|บอก|เปิดเผย|แบ่งปัน|ส่งต่อ/u },
  { language: 'tr', share: begun('paylaşma|vermeyin|söylemeyin|iletmeyin|göstermeyin') },
  {
    language: 'uk',
    no: words('не|нікому|ніколи'),
    share: begun('повідомляй|кажіть|передавай|діліться|показуй|розголошуй|називай'),
  },
  { language: 'ur', no: words('نہ|مت|کبھی'), share: begun('شیئر|بتائ') },
  { language: 'vi', no: words('không|đừng'), share: begun('chia sẻ|tiết lộ|cung cấp') },
  {
    language: 'zh',
    no: /勿|不要|不得|别|別/u,
    share: /告知|告诉|告訴|透露|泄露|洩露|洩漏|分享|转发|轉發|提供/u,
  },
]

/** Whether a sentence of a text asks, in known words, to keep the code to oneself. */
export function warns(text: string, known: readonly WarningWords[] = WARNING_WORDS): boolean {
  const sentences = text.normalize('NFC').split(/[.!?\n。！？।۔؟]/u)
  return sentences.some((one) => known.some(({ no, share }) => (no?.test(one) ?? true) && share.test(one)))
}
