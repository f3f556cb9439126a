import { defineConfig } from 'vite'

// Everything is served by the binary itself: hashed names below /graphiql/assets/, workers from the same origin,
// nothing inlined as data: except the fonts inside GraphiQL's own style sheet.
export default defineConfig({
  base: '/graphiql/',
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    sourcemap: false,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4096,
    rolldownOptions: {
      onLog(level, log, report) {
        // "use client" means something to server rendering only, which this page has none of.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log)
      },
    },
  },
})
