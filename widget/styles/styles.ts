import { css } from 'lit'
import { controls } from './controls.js'
import { countries } from './countries.js'
import { layout } from './layout.js'
import { theme } from './theme.js'

/** How the element looks. */
export const styles = css`
  ${theme}${layout}${controls}${countries}
`
