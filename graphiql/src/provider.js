import BEGIN from './documents/begin-sign-in.graphql?raw'
import COMPLETE from './documents/complete-sign-in.graphql?raw'
import PROVIDERS from './documents/sign-in-providers.graphql?raw'
import { answer, enter, payload, post } from './session.js'

/**
 * Signing in at another provider: the browser goes there, and comes back to this page with what proves who it is. What
 * was begun waits in sessionStorage meanwhile, since without its key nothing that comes back is worth anything.
 */
const KEY = 'tiwizi.begun'

/** Where providers send the browser back to: the operator has to allow it, letter by letter. */
export const WAY_BACK = new URL('/graphiql', location.href).href

/** What came back with the address of this page, which is not left there: null, or `failed`, or what completes the sign-in. */
export const returned = taken()

let asked

/** Where people may sign in; nowhere if the server does not say. */
export function providers() {
  asked ??= post({ query: PROVIDERS }, {}, null).then(answer).then(({ data }) => data?.signInProviders ?? [])
  return asked.catch(() => {
    asked = null
    return []
  })
}

/** Sends the browser away. */
export async function begin(provider) {
  const { authorizationUrl, key, state } = await payload('beginSignIn', BEGIN, { provider, redirectUri: WAY_BACK })
  sessionStorage.setItem(KEY, JSON.stringify({ key, state }))
  location.assign(authorizationUrl)
}

/** Signs in with what came back; `totpCode` is that of a second factor, once it was asked for. */
export async function complete(proof, totpCode) {
  await enter(await payload('completeSignIn', COMPLETE, { ...proof, ...(totpCode && { totpCode }) }))
}

function taken() {
  const given = Object.fromEntries(new URLSearchParams(location.search))
  if (!given.state || !(given.code || given.error)) return null
  history.replaceState(history.state, '', location.pathname)
  const begun = waiting()
  if (!given.code || given.state !== begun?.state) return { failed: true }
  const { code, iss, state } = given
  return { proof: { key: begun.key, state, code, ...(iss && { iss }) } }
}

function waiting() {
  try {
    const begun = JSON.parse(sessionStorage.getItem(KEY))
    sessionStorage.removeItem(KEY)
    return begun
  } catch {
    return null
  }
}
