import '../../../widget/test/fake-server.js'
import '../../../widget/index.js'
import { installChallenger } from '../../../widget/test/fake-challenger.js'
import { watchWorkers } from '../../../widget/test/watched-workers.js'
import { play } from '../scene.js'
import { sceneNamed } from '../scenes/index.js'

// The page's own tag, in the scene that the address names.
installChallenger('turnstile')
watchWorkers(() => {})
const scene = new URLSearchParams(location.search).get('show') ?? 'empty'
await play(sceneNamed(scene), document.querySelector('otp-verify')!)
document.documentElement.dataset['ready'] = ''
