#!/usr/bin/env sh
':' /* This file is a program of two languages: what stands in this comment is for the shell, the rest for Node.js.

# Everywhere but as the first process of a container (PID 1), Node.js takes the place of the shell at once.
if [ "$$" -ne 1 ]; then exec node "$0" "$@"; fi

# As PID 1 the shell stays. The kernel hands it every process that has lost its parent, and its `wait` reaps them, which
# Node.js cannot: it asks the kernel for its own children only. See docs/adr/0041-a-shell-as-pid-1.md.
export QUIESCE_INIT=1
signalled=
main=
early=
forward() {
  signalled=1
  if [ -n "$main" ]; then kill -"$1" "$main" 2>/dev/null; else early="$early $1"; fi
}
for signal in HUP INT QUIT USR1 USR2 TERM CONT WINCH; do trap "forward $signal" "$signal"; done
# What is put into the background loses its standard input, unless it is given one (POSIX, 2.9.3.1).
exec 3<&0
node "$0" "$@" <&3 3<&- &
main=$!
exec 3<&-
for signal in $early; do forward "$signal"; done
# A signal ends the `wait`, with a code of its own; the child that was waited for is there until its own is known.
while wait "$main"; code=$?; kill -0 "$main" 2>/dev/null; do :; done
if [ -n "$signalled" ]; then
  # Some shells reap in between: they still know the code.
  wait "$main" 2>/dev/null
  again=$?
  if [ "$again" -ne 127 ]; then code=$again; fi
fi
exit "$code"

*/
// Links to commands are made when packages are installed; in the repository that is before they are built.
await import('../dist/main.js');
