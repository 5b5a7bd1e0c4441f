import type { Metadata } from 'next'
import Image from 'next/image'
import type { ReactNode } from 'react'
import shelf from '../../html/static/shelf.svg'
import shop from '../../html/static/shop.svg'
import '../../html/static/shop.css'
import { WORDS } from '../../html/words'

const words = WORDS.en

export const metadata: Metadata = {
  title: `${words.heading} · ${words.shop}`,
  icons: { icon: { url: shop.src, type: 'image/svg+xml' } },
}

/** The shop around every page. */
export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" dir="ltr" data-theme="auto">
      <body>
        <header>
          <a className="brand" href="/">
            <Image src={shop} alt="" width={36} height={36} unoptimized />
            <span>
              <b>{words.shop}</b>
              <small>{words.tagline}</small>
            </span>
          </a>
        </header>
        <div className="room">
          <Image className="shelf" src={shelf} alt="" width={520} height={420} loading="eager" unoptimized />
          <main>{children}</main>
        </div>
      </body>
    </html>
  )
}
