#!/bin/sh
# Builds again into a temporary folder and compares with the committed assets: exit 1 when they differ.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT

"$here/build.sh" "$fresh/graphiql"
if diff -r "$fresh/graphiql" "$here/../assets/graphiql"; then
  echo "assets/graphiql is what graphiql/build.sh makes"
else
  echo "assets/graphiql is not what the sources make: run graphiql/build.sh and commit the result" >&2
  exit 1
fi
