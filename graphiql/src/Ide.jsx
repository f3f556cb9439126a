import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql'
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import { useEffect, useImperativeHandle, useRef } from 'react'
import { fetcher } from './fetcher.js'
import { TOPICS } from './examples.js'

const FIRST = TOPICS[0].examples[0]

export default function Ide({ ref, account, onSchema }) {
  return (
    <GraphiQL
      fetcher={fetcher}
      defaultQuery={FIRST.query}
      defaultEditorToolsVisibility="variables"
      showPersistHeadersSettings={false}
    >
      <GraphiQL.Logo>
        <span />
      </GraphiQL.Logo>
      <Bridge ref={ref} account={account} onSchema={onSchema} />
    </GraphiQL>
  )
}

/** Lives inside GraphiQL to reach its state: opens examples, asks for the schema again, reports how that went. */
function Bridge({ ref, account, onSchema }) {
  const { addTab, introspect } = useGraphiQLActions()
  const queryEditor = useGraphiQL((state) => state.queryEditor)
  const variableEditor = useGraphiQL((state) => state.variableEditor)
  const schema = useGraphiQL((state) => state.schema)
  const error = useGraphiQL((state) => state.fetchError)

  useImperativeHandle(ref, () => ({
    open(query, variables) {
      if (!queryEditor) return
      addTab()
      queryEditor.setValue(query)
      variableEditor?.setValue(variables)
      queryEditor.focus()
    },
  }))

  const asked = useRef(account)
  useEffect(() => {
    if (asked.current === account) return
    asked.current = account
    introspect()
  }, [account, introspect])

  useEffect(() => onSchema({ known: Boolean(schema), error }), [schema, error, onSchema])
  return null
}
