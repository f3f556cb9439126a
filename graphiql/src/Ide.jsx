import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import { GraphiQL } from 'graphiql'
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import { useEffect, useRef } from 'react'
import { fetcher } from './fetcher.js'
import { TOPICS } from './examples.js'

const FIRST = TOPICS[0].examples[0]

export default function Ide({ account, example, onSchema }) {
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
      <Bridge account={account} example={example} onSchema={onSchema} />
    </GraphiQL>
  )
}

/** Lives inside GraphiQL to reach its state: opens examples, asks for the schema again, reports how that went. */
function Bridge({ account, example, onSchema }) {
  const { addTab, introspect } = useGraphiQLActions()
  const queryEditor = useGraphiQL((state) => state.queryEditor)
  const variableEditor = useGraphiQL((state) => state.variableEditor)
  const responseEditor = useGraphiQL((state) => state.responseEditor)
  const schema = useGraphiQL((state) => state.schema)
  const error = useGraphiQL((state) => state.fetchError)

  const opened = useRef(null)
  useEffect(() => {
    if (opened.current === example || !queryEditor || !variableEditor) return
    opened.current = example
    addTab()
    queryEditor.setValue(example.query)
    variableEditor.setValue(example.variables)
    queryEditor.focus()
  }, [example, queryEditor, variableEditor, addTab])

  const asked = useRef(account)
  useEffect(() => {
    if (asked.current === account) return
    asked.current = account
    introspect()
  }, [account, introspect])

  // GraphiQL prints a refused introspection into the response pane and leaves it there; it goes when the schema comes.
  const printed = useRef(null)
  useEffect(() => {
    if (!error && printed.current && responseEditor?.getValue() === printed.current) responseEditor.setValue('')
    printed.current = error
  }, [error, responseEditor])

  useEffect(() => onSchema({ known: Boolean(schema), error }), [schema, error, onSchema])
  return null
}
