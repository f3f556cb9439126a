// Turns a vite build into what the binary embeds: every file brotli-compressed, and a manifest of them.
// Usage: node pack.mjs DIST OUT
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
}

const [dist, out] = process.argv.slice(2)
if (!out) {
  console.error('usage: node pack.mjs DIST OUT')
  process.exit(2)
}

const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(join(dist, '/').length).replaceAll('\\', '/'))
  .sort()

rmSync(out, { recursive: true, force: true })
let packed = 0
const manifest = files.map((path) => {
  const type = TYPES[extname(path)]
  if (!type) throw new Error(`${path}: no media type is known for this ending; add it to pack.mjs`)
  const content = readFileSync(join(dist, path))
  const compressed = brotliCompressSync(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  })
  packed += compressed.length
  const target = join(out, `${path}.br`)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, compressed)
  return { path, type, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') }
})
writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
const bytes = manifest.reduce((sum, file) => sum + file.bytes, 0)
console.log(`${files.length} files, ${bytes} bytes, ${packed} bytes packed`)
