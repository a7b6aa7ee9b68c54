# shellcheck shell=bash
# Files of the project whose path matches the extended regular expression $1,
# one a line. A tree without git (a release archive) is searched instead.
tracked_files() {
  {
    git -C "$SOURCE" ls-files 2>/dev/null ||
      (cd "$SOURCE" && find . -path './build*' -prune -o -type f -printf '%P\n')
  } | grep -E "$1" | sort
}
