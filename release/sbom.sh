#!/usr/bin/env bash
# Writes what a release consists of, as CycloneDX 1.5 in JSON: program.json for the crates, pages.json for the packages of
# the pages that it carries. Usage: release/sbom.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:?usage: release/sbom.sh FOLDER}
mkdir -p "$folder"

if ! cargo cyclonedx --version >/dev/null 2>&1; then
    cargo install --locked --quiet cargo-cyclonedx --version 0.5.9
fi
# It writes one beside each manifest of the workspace; that of the program holds the others.
cargo cyclonedx --quiet --format json --spec-version 1.5 --override-filename sbom
# Where it was built is nobody's business.
sed "s|file://$PWD|file:///tiwizi|g" sbom.json >"$folder/program.json"
rm -f sbom.json entity/sbom.json migration/sbom.json paper/sbom.json

(cd graphiql && npm sbom --sbom-format cyclonedx --package-lock-only --omit dev) >"$folder/pages.json"
