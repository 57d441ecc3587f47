#!/bin/sh
# Tokens for the HTTP server of docker-compose.yml: made once, when there are none. `show` prints the wallboard's.
# Who serves gets the digests only; Prometheus gets the token that it reads metrics with, and nothing else.
set -eu
umask 077
DIRECTORY=${DIRECTORY:-/var/lib/crm-pulse}
FILE=$DIRECTORY/tokens/tokens.yaml
WALLBOARD=$DIRECTORY/wallboard/token
SCRAPING=$DIRECTORY/scraping/token

# make FILE NAME OPTIONS…: a token into a file, and its entry into the file of digests.
make() {
  file=$1
  shift
  made=$(crm-pulse token "$@")
  printf '%s\n' "$made" | head -n 1 >"$file"
  printf '%s\n' "$made" | grep '^  ' >>"$FILE.new"
}

if [ ! -s "$FILE" ]; then
  echo "tokens:" >"$FILE.new"
  make "$WALLBOARD" wallboard --scope read --scope acknowledge
  make "$SCRAPING" prometheus --scope read
  chmod 0444 "$SCRAPING" # Prometheus is another user
  mv "$FILE.new" "$FILE" # last: half a file would be taken for a whole one
fi

if [ "${1:-}" = show ]; then
  echo "http://127.0.0.1:8080/#token=$(cat "$WALLBOARD")"
else
  echo "the wallboard's address, with its token: docker compose run --rm tokens show"
fi
