# shellcheck shell=bash
# What the jobs of this folder and submit.sh share; each sources it. Reads the site file that
# SITE names, sets
#   binary   the program: the file BINARY, or the `synfin` on the PATH
#   launch, log_dir, metrics_dir   as the site file says, else empty
# and defines the function `option`.
# shellcheck disable=SC2034 # used by those who source this
log_dir='' metrics_dir='' launch=()
if [[ -n ${SITE-} ]]; then
  set +u # which the functions of module systems do not stand
  # shellcheck source=slurm/site/example.sh
  source "$(realpath -- "$SITE")"
  set -u
fi
if ! binary=$(command -v -- "${BINARY:-synfin}"); then
  echo "${SLURM_JOB_NAME:-submit}: ${BINARY:-synfin}: not found; set BINARY, or the PATH in the file SITE" >&2
  exit 2
fi

# option NAME OPTION...: the value of an option of the program when it is given these, be
# it from the line, a file or the environment; nothing if it is not set.
option() {
  local name=$1
  shift
  "$binary" config "$@" show |
    sed -n -e "/^$name: /!d; s///; s/  # [^\"]*\$//" \
      -e '/^"/{ s/^"//; s/"$//; s/\\\(["\\]\)/\1/g; }' -e p
}
