import { useEffect, useId, useRef, useState } from 'react'
import { Examples } from './Examples.jsx'
import { LANGUAGES, setLanguage, useLanguage } from './language.js'
import { signOut, useSession } from './session.js'
import { SignIn } from './SignIn.jsx'

/** Above GraphiQL: who is signed in, in which language the server answers, and the examples. */
export function Bar({ schema, shown, onExample }) {
  const [error, setError] = useState('')
  const errorId = useId()
  const { code, dir, t } = useLanguage()
  const { session, waiting, why } = useSession()
  const account = useRef(null)
  const known = useRef(session)

  // Signing in or out replaces what had the focus; keep the keyboard here, on nothing that a second Enter would press.
  useEffect(() => {
    if (Boolean(known.current) !== Boolean(session) && document.activeElement === document.body) account.current.focus()
    known.current = session
  }, [session])

  return (
    <header className="bar" dir={dir} lang={code} aria-label={t.bar}>
      <div className="bar-row">
        <span className="name">Tiwizi</span>
        <Examples onExample={onExample} />
        <Language />
        <div className="account" ref={account} tabIndex={-1} aria-busy={waiting}>
          {session && <SignedIn user={session.user} />}
          {!session && !waiting && <SignIn error={error} errorId={errorId} onError={setError} />}
        </div>
      </div>
      <p id={errorId} className="error" role="alert" dir="auto">
        {session ? '' : error}
      </p>
      <p className="notice" role="status" aria-live="polite" dir="auto">
        {notice(t, session, why, schema)}
      </p>
      {shown && (
        <p className="about">
          <strong>{shown.title[code]}</strong> — {shown.prose[code]}
        </p>
      )}
    </header>
  )
}

function notice(t, session, why, schema) {
  if (!session && why) return why === 'elsewhere' ? t.sessionElsewhere : t.sessionEnded
  if (!schema.error) return null
  return session ? `${t.schemaFailed} ${firstMessage(schema.error)}` : t.signInForSchema
}

/** GraphiQL keeps the refusal as printed JSON; a person needs its first message only. */
function firstMessage(error) {
  try {
    const body = JSON.parse(error)
    return body.errors?.[0]?.message ?? body.message ?? error
  } catch {
    return error
  }
}

function Language() {
  const { code, t } = useLanguage()
  const id = useId()
  return (
    <span className="field">
      <label htmlFor={id}>{t.language}</label>
      <select id={id} value={code} onChange={(event) => setLanguage(event.target.value)}>
        {LANGUAGES.map((language) => (
          <option key={language.code} value={language.code} lang={language.code}>
            {language.name}
          </option>
        ))}
      </select>
    </span>
  )
}

function SignedIn({ user }) {
  const { t } = useLanguage()
  return (
    <>
      <span className="who">
        {t.signedInAs} <bdi>{user.email}</bdi>
      </span>
      <button type="button" onClick={() => signOut()}>
        {t.signOut}
      </button>
    </>
  )
}
