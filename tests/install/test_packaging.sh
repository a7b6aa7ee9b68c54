#!/bin/bash
# The recipes of slurm/packaging: syntax, versions, packages and CMake variables, and
# what the container recipes do, into a folder of the test.
set -euo pipefail

failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}
recipes=$SOURCE/slurm/packaging

# Spack and EasyBuild: Python. A constant of EasyBuild that is misspelt would be no name.
"$PYTHON" - "$recipes"/spack/package.py "$recipes"/*.eb <<'END' || fail "a recipe is no Python"
import sys
known = {"SYSTEM": {}, "SOURCE_TAR_GZ": "x"}
for path in sys.argv[1:]:
    code = compile(open(path).read(), path, "exec")
    if path.endswith(".eb"):
        names = dict(known)
        exec(code, names)
        assert path.split("/")[-1].startswith(f"{names['name']}-{names['version']}"), path
        assert names["easyblock"] and names["toolchain"] is not None and names["sources"], path
END

# Variables that the recipes set are options of the project or CMake's own.
while read -r variable; do
  case $variable in
    CMAKE_* | MPI_C_COMPILER) ;;
    *) grep -q "^$variable:" "$BUILD/CMakeCache.txt" || fail "no variable $variable in CMake" ;;
  esac
done < <(grep -hoE '(-D|define\(")[A-Z_0-9]+' "$recipes"/* "$recipes"/spack/* 2>/dev/null |
  sed -E 's/^(-D|define\(")//' | sort -u)

version=$(sed -n 's/^project(synfin VERSION \([0-9.]*\).*/\1/p' "$SOURCE/CMakeLists.txt")
[[ -e $recipes/synfin-$version-foss-2023a.eb ]] || fail "EasyBuild's recipe is of another version"
grep -q "version(\"$version\")" "$recipes/spack/package.py" || fail "Spack's recipe is of another version"

# The build of the container recipes, but for its packages: they are those of run.sh,
# and here already. It is without optimisation, which takes a third of the time and
# changes no value; gcc warns about its own intrinsics then.
mkdir bin
printf '#!/bin/sh\necho "$@" >>%q\n' "$PWD/apt-get.log" >bin/apt-get
printf '#!/bin/sh\nexec gcc "$@" -O0\n' >bin/cc
chmod +x bin/apt-get bin/cc
CC=$PWD/bin/cc PATH=$PWD/bin:$PATH bash "$recipes/build.sh" "$PWD/prefix" >build.log 2>&1 ||
  fail "build.sh: $(tail -5 build.log)"
grep -q "C compiler: $PWD/bin/cc" build.log || fail "build.sh builds with another compiler"
words() { tr -s ' ' '\n' | grep . | sort; }
diff <(sed -n '/^build_packages=(/,/^)/p' "$SOURCE/run.sh" | sed '1d;$d' | words) \
  <(sed -n 's/^install -y --no-install-recommends //p' apt-get.log | words) >packages.diff ||
  fail "build.sh installs other packages than run.sh: $(cat packages.diff)"

# The sections of the recipe for Apptainer that call what was built.
section() { awk -v name="%$1" '/^%/ { on = $1 == name; next } on' "$recipes/synfin.def"; }
for name in test runscript; do
  section "$name" >"$name.sh"
  PATH=$PWD/prefix/bin:$PATH sh -e "$name.sh" version >"$name.out" || fail "%$name: $(cat "$name.out")"
done
[[ $(head -1 runscript.out) == "$("$SYNFIN" version | head -1)" ]] ||
  fail "%runscript says $(head -1 runscript.out)"

# What was built so makes the same bytes, on plain loops and on vectors.
config=(generate --quiet --force --customers 300 --days 60)
"$SYNFIN" "${config[@]}" -o corpus.h5
for path in scalar auto; do
  prefix/bin/synfin "${config[@]}" --vector "$path" -o other.h5
  cmp corpus.h5 other.h5 || fail "without optimisation, $path path: other bytes"
  cmp <(grep -m1 '"digest"' corpus.manifest.json) <(grep -m1 '"digest"' other.manifest.json) ||
    fail "without optimisation, $path path: another digest"
done

for recipe in Containerfile synfin.def; do
  grep -q 'bash /src/slurm/packaging/build.sh /usr/local' "$recipes/$recipe" ||
    fail "$recipe does not run build.sh"
done

((failures == 0))
