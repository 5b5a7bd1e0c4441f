/** The default alphabet of text messages (3GPP TS 23.038, 6.2.1). */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)

/** Its extension (6.2.1.1): each takes the place of two. */
const EXTENSION = new Set('\f^{}\\[~]|€')

/** How a text travels. */
export interface Segments {
  /** `UCS-2` as soon as one character is not in the alphabet of `GSM-7`; it has room for less than half as much. */
  encoding: 'GSM-7' | 'UCS-2'
  /** Number of messages that are paid for. */
  segments: number
  /** Characters that make the text need UCS-2. */
  strange: readonly string[]
}

/** Places in a message, and in each part of one that is sent in parts. */
const ROOM = { 'GSM-7': { alone: 160, part: 153 }, 'UCS-2': { alone: 70, part: 67 } } as const

/** Says how a text travels, as long as the operator's service changes no character of it. */
export function segmentsOf(text: string): Segments {
  const characters = [...text]
  const strange = [...new Set(characters.filter((one) => !BASIC.has(one) && !EXTENSION.has(one)))]
  const encoding = strange.length > 0 ? 'UCS-2' : 'GSM-7'
  const places =
    encoding === 'UCS-2'
      ? text.length
      : characters.length + characters.filter((one) => EXTENSION.has(one)).length
  const { alone, part } = ROOM[encoding]
  return { encoding, segments: places <= alone ? 1 : Math.ceil(places / part), strange }
}
