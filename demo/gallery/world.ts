import '../../widget/test/fake-server.js'
import '../../widget/index.js'
import { installChallenger } from '../../widget/test/fake-challenger.js'
import { watchWorkers } from '../../widget/test/watched-workers.js'

// What stands in for everything outside of the page, which has to be there before the element: servers, and somebody else's
// challenge. Workers never find anything, so that a challenge is being solved for as long as somebody looks.
installChallenger('turnstile')
watchWorkers(() => {})
