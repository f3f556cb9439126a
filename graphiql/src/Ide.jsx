import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import { GraphiQL } from 'graphiql'
import { useHistory, useHistoryActions } from '@graphiql/plugin-history'
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import { useEffect, useRef } from 'react'
import { fetcher } from './fetcher.js'
import { TOPICS } from './examples.js'
import { storage } from './storage.js'

const FIRST = TOPICS[0].examples[0]
const STORAGE = storage()

export default function Ide({ account, visit, example, onSchema, onTab }) {
  return (
    <GraphiQL
      fetcher={fetcher}
      storage={STORAGE}
      defaultQuery={FIRST.query}
      defaultEditorToolsVisibility="variables"
      showPersistHeadersSettings={false}
    >
      <GraphiQL.Logo>
        <span />
      </GraphiQL.Logo>
      <Bridge account={account} visit={visit} example={example} onSchema={onSchema} onTab={onTab} />
    </GraphiQL>
  )
}

/** Lives inside GraphiQL to reach its state: opens examples, asks for the schema again, reports how that went. */
function Bridge({ account, visit, example, onSchema, onTab }) {
  const { addTab, closeTab, introspect, stop } = useGraphiQLActions()
  const queryEditor = useGraphiQL((state) => state.queryEditor)
  const variableEditor = useGraphiQL((state) => state.variableEditor)
  const responseEditor = useGraphiQL((state) => state.responseEditor)
  const schema = useGraphiQL((state) => state.schema)
  const error = useGraphiQL((state) => state.fetchError)

  const tab = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.id)

  const opened = useRef(null)
  const unplaced = useRef(null)
  useEffect(() => {
    if (opened.current === example || !queryEditor || !variableEditor) return
    opened.current = example
    unplaced.current = example
    addTab()
    queryEditor.setValue(example.query)
    variableEditor.setValue(`${JSON.stringify(example.variables, null, 2)}\n`)
    queryEditor.focus()
  }, [example, queryEditor, variableEditor, addTab])

  // Which example a tab was opened with, so that the bar explains the tab in front.
  const origins = useRef(new Map())
  useEffect(() => {
    if (unplaced.current && !origins.current.has(tab)) {
      origins.current.set(tab, unplaced.current)
      unplaced.current = null
    }
    onTab(origins.current.get(tab) ?? null)
    document.querySelector('.graphiql-tab-active')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [tab, onTab])

  const asked = useRef(account)
  useEffect(() => {
    if (asked.current === account) return
    asked.current = account
    introspect()
  }, [account, introspect])

  // What the last account typed, ran and was answered goes with it.
  const count = useGraphiQL((state) => state.tabs.length)
  const history = useHistory()
  const { deleteFromHistory } = useHistoryActions()
  const visited = useRef(visit)
  useEffect(() => {
    if (visited.current === visit) return
    visited.current = visit
    stop()
    addTab()
    for (let left = count; left > 0; left -= 1) closeTab(0)
    queryEditor?.setValue(FIRST.query)
    history.forEach((item) => deleteFromHistory(item, true))
  }, [visit, count, history, queryEditor, stop, addTab, closeTab, deleteFromHistory])

  // GraphiQL prints a refused introspection into the response pane and leaves it there; it goes when the schema comes.
  const printed = useRef(null)
  useEffect(() => {
    if (!error && printed.current && responseEditor?.getValue() === printed.current) responseEditor.setValue('')
    printed.current = error
  }, [error, responseEditor])

  useEffect(() => onSchema({ known: Boolean(schema), error }), [schema, error, onSchema])
  return null
}
