#!/bin/sh
# Builds GraphiQL and writes what the binary embeds: assets/graphiql/, or the folder given.
# The same sources and lock file give the same bytes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../assets/graphiql}
case $out in /*) ;; *) out=$PWD/$out ;; esac

cd "$here"
npm ci --no-audit --no-fund
dist=$(mktemp -d)
trap 'rm -rf "$dist"' EXIT
npx --no-install vite build --logLevel warn --emptyOutDir --outDir "$dist"
node pack.mjs "$dist" "$out"
