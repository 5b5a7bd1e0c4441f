import './node-version.mjs'
import { setUp } from './setup.mjs'

await setUp()
