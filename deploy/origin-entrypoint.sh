#!/bin/sh
# Starts the origin with ORIGIN_TOKEN, or with the token that the profile `edge` of docker-compose.origin.yml leaves in
# ORIGIN_TOKEN_FILE once its edge runs. Without either the origin itself says what to do.
set -eu
tries=60
while [ -z "${ORIGIN_TOKEN:-}" ] && [ ! -s "${ORIGIN_TOKEN_FILE:=/credential/origin-token}" ] && [ "$tries" -gt 0 ]; do
  tries=$((tries - 1))
  sleep 1
done
if [ -z "${ORIGIN_TOKEN:-}" ] && [ -s "$ORIGIN_TOKEN_FILE" ]; then
  ORIGIN_TOKEN="$(cat "$ORIGIN_TOKEN_FILE")"
  export ORIGIN_TOKEN
fi
exec node origin.js "$@"
