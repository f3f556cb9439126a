import { useEffect, useId, useRef, useState } from 'react'
import { found } from './examples.js'
import { useLanguage } from './language.js'

/** A disclosure, not a menu role: Tab walks through it, arrows move between examples, Escape closes it. */
export function Examples({ onExample }) {
  const { code, t } = useLanguage()
  const [open, setOpen] = useState(false)
  const [wanted, setWanted] = useState('')
  const box = useRef(null)
  const button = useRef(null)
  const panel = useId()
  const search = useId()
  const topics = found(wanted, code)

  useEffect(() => {
    if (!open) return
    const outside = (event) => {
      if (!box.current.contains(event.target)) setOpen(false)
    }
    document.addEventListener('pointerdown', outside)
    return () => document.removeEventListener('pointerdown', outside)
  }, [open])

  function close() {
    setOpen(false)
    button.current.focus()
  }

  function keys(event) {
    if (event.key === 'Escape' && open) {
      event.stopPropagation()
      close()
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step || !open) return
    event.preventDefault()
    const all = [...box.current.querySelectorAll('.example')]
    const at = all.indexOf(document.activeElement)
    all[at < 0 ? 0 : (at + step + all.length) % all.length].focus()
  }

  function choose(example) {
    setOpen(false)
    setWanted('')
    // A copy, so that the same example can be opened twice.
    onExample({ ...example })
  }

  return (
    <div className="examples" ref={box} onKeyDown={keys}>
      <button
        ref={button}
        type="button"
        aria-expanded={open}
        aria-controls={panel}
        onClick={() => setOpen(!open)}
      >
        {t.examples} <span aria-hidden="true">▾</span>
      </button>
      <div id={panel} className="panel" role="region" aria-label={t.examples} hidden={!open}>
        <p className="hint">{t.examplesHint}</p>
        <p className="search">
          <label htmlFor={search}>{t.search}</label>
          <input id={search} type="search" value={wanted} autoComplete="off" onChange={(event) => setWanted(event.target.value)} />
        </p>
        {topics.length === 0 && <p role="status">{t.nothingFound}</p>}
        {topics.map((topic) => (
          <section key={topic.id}>
            <h2>{topic.title[code]}</h2>
            <ul>
              {topic.examples.map((example) => (
                <li key={example.id}>
                  <button type="button" className="example" data-example={example.id} onClick={() => choose(example)}>
                    <strong>{example.title[code]}</strong>
                    <span>{example.prose[code]}</span>
                    <small>
                      {t.for} {t.roles[example.audience ?? example.role]}
                    </small>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  )
}
