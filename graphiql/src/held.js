/**
 * Where the tokens of a session are kept: sessionStorage, for one tab alone.
 *
 * Browsers copy sessionStorage into a duplicated tab and bring it back with a closed one, and a refresh token that is used
 * twice counts as stolen. So a session belongs to the tab that holds its lock, and localStorage counts how often it was
 * renewed (a number, no token): whoever finds the lock held, or another number, has a copy and drops it.
 */
const KEY = 'tiwizi.session'
const TURN = 'tiwizi.turn.'
/** A page that was left lets go of its lock only once it is gone. */
const PATIENCE_MS = 2_000
/** A session that was not renewed for so long has ended. */
const FORGOTTEN_MS = 400 * 24 * 3_600_000

/** Locks exist on HTTPS and on this computer only. Without them nothing is kept: the session lasts until the page is left. */
const able = (() => {
  try {
    return Boolean(navigator.locks && sessionStorage && localStorage)
  } catch {
    return false
  }
})()

let release = null
let leaving = false

addEventListener('pagehide', () => {
  leaving = true
  release?.()
})
// A page that comes back from memory has no lock any more, and perhaps an old token.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})

/** The session of this tab; or why there is none: another tab has it, or it went on elsewhere. */
export async function restored() {
  if (!able) return { session: null }
  // A page that is made ready before anybody goes there gets no lock.
  if (document.prerendering) await new Promise((shown) => document.addEventListener('prerenderingchange', shown, { once: true }))
  forgetOld()
  const session = stored()
  if (!session) return { session: null }
  if (!(await lock(session.id))) {
    drop()
    return { session: null, elsewhere: true }
  }
  if (turn(session.id) !== session.turn) {
    drop()
    release()
    return { session: null, ended: true }
  }
  return { session }
}

/** A new session becomes this tab's. */
export async function hold(tokens) {
  if (!able) return tokens
  const session = { ...tokens, id: crypto.randomUUID(), turn: 0 }
  if (await lock(session.id)) {
    mark(session, 0)
    keep(session)
  }
  return session
}

/** Before the refresh token is sent: if nothing is heard of it, nobody may send it again, as after leaving the page. */
export function turning(session) {
  if (able) mark(session, session.turn + 1)
}

/** The refresh token was not used up. */
export function unturned(session) {
  if (able && !leaving) mark(session, session.turn)
}

/** The session with the tokens that came in exchange. */
export function turned(session, tokens) {
  const next = { ...session, ...tokens, turn: session.turn + 1 }
  if (able) keep(next)
  return next
}

/** The session is over. */
export function letGo(session) {
  if (!able) return
  drop()
  localStorage.removeItem(TURN + session.id)
  release?.()
}

function lock(id) {
  return new Promise((answer) => {
    const held = () => new Promise((done) => {
      release = done
      answer(true)
    })
    navigator.locks.request(KEY + id, { signal: AbortSignal.timeout(PATIENCE_MS) }, held).catch(() => answer(false))
  })
}

function stored() {
  try {
    const session = JSON.parse(sessionStorage.getItem(KEY))
    if (session?.id) return session
  } catch {
    // Not what this page wrote.
  }
  drop()
  return null
}

function keep(session) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(session))
  } catch {
    // What does not fit lasts until the page is left.
    drop()
  }
}

const drop = () => sessionStorage.removeItem(KEY)

function mark({ id }, turn) {
  try {
    localStorage.setItem(TURN + id, JSON.stringify({ turn, at: Date.now() }))
  } catch {
    // Without its number no page goes on with what is kept.
    localStorage.removeItem(TURN + id)
  }
}

function turn(id) {
  return read(TURN + id)?.turn
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key))
  } catch {
    return null
  }
}

/** Numbers of sessions that ended without being signed out. */
function forgetOld() {
  const old = (key) => key.startsWith(TURN) && !(Date.now() - read(key)?.at < FORGOTTEN_MS)
  Object.keys(localStorage).filter(old).forEach((key) => localStorage.removeItem(key))
}
