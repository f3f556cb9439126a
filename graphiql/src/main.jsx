import { lazy, StrictMode, Suspense, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Bar } from './Bar.jsx'
import { useLanguage } from './language.js'
import { useSession } from './session.js'
import './style.css'

const Ide = lazy(() => import('./Ide.jsx'))

function App() {
  const { code, t } = useLanguage()
  const { session, visit } = useSession()
  const account = session?.user.email ?? null
  const [schema, setSchema] = useState({ known: false, error: null })
  const [example, setExample] = useState(null)
  const [shown, setShown] = useState(null)

  useEffect(() => {
    document.documentElement.lang = code
  }, [code])

  return (
    <>
      <Bar schema={schema} shown={shown} onExample={setExample} />
      <main dir="ltr" lang="en" aria-label={t.ide} aria-busy={!schema.known && !schema.error}>
        <Suspense fallback={<p className="loading" lang={code} dir="auto">{t.loading}</p>}>
          <Ide account={account} visit={visit} example={example} onSchema={setSchema} onTab={setShown} />
        </Suspense>
      </main>
    </>
  )
}

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
