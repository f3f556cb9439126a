import { useEffect, useId, useRef, useState } from 'react'
import { text, useLanguage } from './language.js'
import { WAY_BACK, begin, complete, providers, returned } from './provider.js'
import { Refused, signIn } from './session.js'

/** Refusals after which what was given is still right, but for the code. */
const ONLY_THE_CODE = ['TOTP_REQUIRED', 'TOTP_INVALID', 'TOO_MANY_ATTEMPTS']

/** What came back from a provider proves something once: the first form that is shown takes it. */
let brought = returned

/** With a password, or at a provider; in both ways the code of a second factor is asked for once the server wants it. */
export function SignIn({ error, errorId, onError }) {
  const { t } = useLanguage()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [asked, setAsked] = useState(false)
  const [wrong, setWrong] = useState(false)
  const [proof, setProof] = useState(null)
  const [known, setKnown] = useState([])
  const [busy, setBusy] = useState(false)
  const [refusals, setRefusals] = useState(0)
  const emailId = useId()
  const passwordId = useId()
  const codeId = useId()
  const form = useRef(null)

  async function run(act) {
    if (busy) return
    setBusy(true)
    onError('')
    try {
      await act()
    } catch (failure) {
      refused(failure)
      setBusy(false)
      setRefusals((count) => count + 1)
    }
  }

  function refused(failure) {
    onError(sentence(failure))
    setCode('')
    const wanted = failure.codes?.includes('TOTP_REQUIRED')
    if (wanted) setAsked(true)
    if (wanted || (asked && (!failure.final || failure.codes.some((it) => ONLY_THE_CODE.includes(it))))) {
      setWrong(!wanted)
      return
    }
    setAsked(false)
    setWrong(true)
    setProof(null)
    setPassword('')
  }

  useEffect(() => {
    providers().then(setKnown)
    const { proof, failed } = brought ?? {}
    brought = null
    if (failed) onError(text('unfinished'))
    if (!proof) return
    setProof(proof)
    run(() => complete(proof))
  }, [])

  // What is to be typed next has the focus.
  useEffect(() => {
    if (refusals === 0) return
    const { code, email, password } = form.current.elements
    const next = code ?? (email.value ? password : email)
    next.focus()
  }, [refusals])

  function submit(event) {
    event.preventDefault()
    run(() => (proof ? complete(proof, code.trim()) : signIn(email.trim(), password, code.trim())))
  }

  function startAgain() {
    onError('')
    setProof(null)
    setAsked(false)
    setCode('')
    setRefusals(refusals + 1)
  }

  return (
    <form ref={form} onSubmit={submit} aria-busy={busy}>
      {!proof && (
        <>
          <span className="field">
            <label htmlFor={emailId}>{t.email}</label>
            <input
              id={emailId}
              name="email"
              type="email"
              dir="ltr"
              autoComplete="username"
              required
              value={email}
              aria-describedby={errorId}
              onChange={(event) => setEmail(event.target.value)}
            />
          </span>
          <span className="field">
            <label htmlFor={passwordId}>{t.password}</label>
            <input
              id={passwordId}
              name="password"
              type="password"
              dir="ltr"
              autoComplete="current-password"
              required
              value={password}
              aria-invalid={Boolean(error) && wrong && !asked}
              aria-describedby={errorId}
              onChange={(event) => setPassword(event.target.value)}
            />
          </span>
        </>
      )}
      {asked && (
        <span className="field">
          <label htmlFor={codeId}>{t.code}</label>
          <input
            id={codeId}
            name="code"
            type="text"
            dir="ltr"
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            required
            value={code}
            aria-invalid={Boolean(error) && wrong}
            aria-describedby={errorId}
            onChange={(event) => setCode(event.target.value)}
          />
        </span>
      )}
      <button className="primary" type="submit" aria-disabled={busy}>
        {busy ? t.signingIn : t.signIn}
      </button>
      {proof && asked && (
        <button type="button" onClick={startAgain}>
          {t.startAgain}
        </button>
      )}
      {!proof && known.map((provider) => (
        <button key={provider.code} type="button" className="provider" aria-disabled={busy} onClick={() => run(() => begin(provider.code))}>
          {t.signInWith} <bdi>{provider.name}</bdi>
        </button>
      ))}
    </form>
  )
}

function sentence(failure) {
  if (!(failure instanceof Refused)) return text('unreachable')
  if (failure.codes.includes('REDIRECT_REFUSED')) return `${text('wayBack')} ${WAY_BACK}`
  return failure.message || text('refused')
}
