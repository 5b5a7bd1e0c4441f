import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import PhoneInput from 'react-phone-number-input'

const place = globalThis.document.querySelector('#react-field')
createRoot(place).render(createElement(PhoneInput, { defaultCountry: 'DE', onChange() {} }))
