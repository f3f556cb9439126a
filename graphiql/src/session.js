import { useSyncExternalStore } from 'react'
import REFRESH from './documents/refresh-session.graphql?raw'
import SIGN_IN from './documents/sign-in.graphql?raw'
import SIGN_OUT from './documents/sign-out.graphql?raw'
import { hold, letGo, restored, turned, turning, unturned } from './held.js'
import { language } from './language.js'
import { forget } from './storage.js'

/** The signed-in account: `held.js` says where its tokens are kept. */
const ENDPOINT = '/graphql'
/** How long before its end an access token is renewed. */
const EARLY_MS = 60_000
/** Never renew more often, so that a wrong clock on this computer cannot cause a storm of requests. */
const PAUSE_MS = 30_000

/**
 * `waiting` until it is known whether this tab has a session; without one, `why`: null, 'ended' or 'elsewhere'.
 * `visit` is another number once what the last account worked with has to go.
 */
let state = { session: null, waiting: true, why: null, visit: 0 }
let account = null
let renewing = null
let renewedAt = 0
let timer
const listeners = new Set()

const restoring = restored().catch(() => ({ session: null })).then(({ session, elsewhere, ended }) => {
  change(session, session ? null : elsewhere ? 'elsewhere' : ended ? 'ended' : null)
})

function change(session, why = null) {
  const signedOut = !session && !why && account
  const another = session && account && session.user.email !== account
  let next = state.visit
  if (signedOut || another) {
    forget()
    next += 1
  }
  account = session?.user.email ?? (signedOut ? null : account)
  state = { session, waiting: false, why, visit: next }
  plan()
  for (const listener of listeners) listener()
}

function plan() {
  clearTimeout(timer)
  if (!state.session) return
  const left = Date.parse(state.session.expiresAt) - Date.now() - EARLY_MS
  const wait = Math.min(Math.max(left, PAUSE_MS), 2 ** 31 - 1)
  timer = setTimeout(() => renew().catch(() => plan()), wait)
}

function subscribe(listener) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useSession = () => useSyncExternalStore(subscribe, () => state)
export const session = () => state.session
export const visit = () => state.visit

/** One POST as the server's rules ask; `headers` given by the person win over ours. */
export async function post(body, headers = {}, token = state.session?.accessToken) {
  const all = new Headers({
    Accept: 'application/graphql-response+json, application/json',
    'Content-Type': 'application/json',
    'Accept-Language': language(),
    'graphql-require-preflight': '1',
  })
  if (token) all.set('Authorization', `Bearer ${token}`)
  for (const [name, value] of Object.entries(headers)) all.set(name, String(value))
  return fetch(ENDPOINT, { method: 'POST', headers: all, body: JSON.stringify(body), credentials: 'same-origin' })
}

/** The answer as JSON, or an error that says the status when a proxy answered with something else. */
export async function answer(response) {
  const body = await response.text()
  try {
    return JSON.parse(body)
  } catch {
    throw new Error(`HTTP ${response.status} ${response.statusText}`.trim())
  }
}

/** A mutation of the bar itself: its payload, or a `Refused` whose message a person can read. */
export async function payload(field, query, input, token = null) {
  const response = await post({ query, variables: { input } }, {}, token)
  const body = await answer(response)
  const result = body.data?.[field]
  if (!result) {
    const final = response.status === 401 || body.errors?.[0]?.extensions?.code === 'UNAUTHENTICATED'
    throw new Refused(body.errors ?? [], final)
  }
  if (result.userErrors.length > 0) throw new Refused(result.userErrors, true)
  return result
}

/** `final` when asking again cannot help; otherwise the server only failed this time. `codes` are those of the schema. */
export class Refused extends Error {
  constructor(errors, final) {
    super(errors.map((error) => error.message).filter(Boolean).join(' '))
    this.final = final
    this.codes = errors.map((error) => error.code).filter(Boolean)
  }
}

/** Signs in; `code` is that of a second factor, once it was asked for. */
export async function signIn(email, password, code) {
  const input = { email, password, ...(code && { code }) }
  await enter(await payload('signIn', SIGN_IN, input), email)
}

/** The session of an answer becomes that of this tab. */
export async function enter(result, email = '') {
  if (!result.session) throw new Refused([], true)
  renewedAt = Date.now()
  change(await hold({ ...result.session, user: result.viewer?.user ?? { email } }))
}

/** Ends the session here whatever the server says; the server's side ends with it when it can be reached. */
export async function signOut() {
  const { session } = state
  const { accessToken, refreshToken } = session
  letGo(session)
  change(null)
  // The access token may have ended already; the refresh token alone then says which session is meant.
  await payload('signOut', SIGN_OUT, { refreshToken }, accessToken)
    .catch(() => payload('signOut', SIGN_OUT, { refreshToken }))
    .catch(() => {})
}

/** Renews the access token; callers at the same time share one request. A refusal ends the session. */
export function renew() {
  renewing ??= (async () => {
    const old = state.session
    try {
      turning(old)
      const result = await payload('refreshSession', REFRESH, { refreshToken: old.refreshToken })
      if (!result.session) throw new Refused([], true)
      if (state.session === old) {
        renewedAt = Date.now()
        change(turned(old, result.session))
      }
    } catch (error) {
      if (state.session === old) {
        if (error instanceof Refused && error.final) {
          letGo(old)
          change(null, 'ended')
        } else unturned(old)
      }
      throw error
    } finally {
      renewing = null
    }
  })()
  return renewing
}

/** Waits for a token that will live through the next request, if there is a session. */
export async function fresh() {
  await restoring
  if (renewing) return renewing.catch(() => {})
  if (!state.session) return
  const left = Date.parse(state.session.expiresAt) - Date.now()
  if (left < EARLY_MS / 2 && Date.now() - renewedAt > PAUSE_MS) await renew().catch(() => {})
}
