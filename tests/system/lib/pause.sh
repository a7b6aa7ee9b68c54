#!/bin/bash
# pause.sh PROGRAM...: starts a program and stops it (SIGSTOP) as soon as there is a file
# of the pattern $WATCH, until a signal comes, which srun sends to both: so a run is surely
# in the middle when something happens to it, on any machine. With CRASH=1 it is killed at
# that moment instead.
set -uo pipefail
"$@" &
child=$!
got=0
trap 'got=1; kill -CONT "$child"' USR1 TERM
until compgen -G "$WATCH" >/dev/null; do
  kill -0 "$child" 2>/dev/null || break
  sleep 0.02
done
if [[ -n ${CRASH-} ]]; then
  kill -KILL "$child"
elif ((!got)); then
  kill -STOP "$child"
fi
code=0
while :; do
  got=0 now=0
  wait "$child" || now=$?
  ((now == 127)) || code=$now
  ((got)) || exit "$code"
done
