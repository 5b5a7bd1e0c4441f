import '../world.js'
import { play } from '../scene.js'
import { sceneNamed } from '../scenes/index.js'

// The page's own tag, in the scene that the address names.
const scene = new URLSearchParams(location.search).get('show') ?? 'empty'
await play(sceneNamed(scene), document.querySelector('otp-verify')!)
document.documentElement.dataset['ready'] = ''
