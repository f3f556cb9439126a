#!/usr/bin/env bash
# Writes what a release consists of, as CycloneDX 1.5 in JSON: the crates of the program, and the packages of the
# pages that it carries. Usage: release/sbom.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:?usage: release/sbom.sh FOLDER}
mkdir -p "$folder"

if ! cargo cyclonedx --version >/dev/null 2>&1; then
    cargo install --locked --quiet cargo-cyclonedx --version 0.5.9
fi
# It writes beside each manifest; only that of the program is kept.
cargo cyclonedx --format json --spec-version 1.5 --describe binaries --override-filename sbom --quiet
find . -name sbom.json -not -path './target/*' -not -path './sbom.json' -delete
