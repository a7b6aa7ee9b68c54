#!/bin/bash
# The generated parts of the documents are what the program says.
set -euo pipefail
bash "$SOURCE/docs/generate.sh" --check

# A part that is out of date is found, and can be mended.
cat >stale.md <<'END'
before
<!-- begin: synfin help -->
old
<!-- end -->
after
END
if bash "$SOURCE/docs/generate.sh" --check stale.md 2>message; then
  echo "a stale document passed the check"
  exit 1
fi
grep -q '^-old$' message || { echo "the check does not show the difference" && exit 1; }
bash "$SOURCE/docs/generate.sh" stale.md >/dev/null
bash "$SOURCE/docs/generate.sh" --check stale.md
for line in before after; do
  grep -q "^$line\$" stale.md || { echo "text outside the generated part is lost" && exit 1; }
done

# Every relative link leads to a file, and every measured block holds something.
"$PYTHON" - "$SOURCE" <<'PYTHON'
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
LINK = re.compile(r"\]\(([^)\s]+)\)")
EMPTY = re.compile(r"^<!-- begin (measured.*) -->\n\s*^<!-- end \1 -->", re.MULTILINE)


def mistakes(page, text):
    for target in LINK.findall(text):
        file = target.split("#")[0]
        if file and "://" not in file and not (page.parent / file).exists():
            yield f"{page.name}: leads to {target}, which does not exist"
    for name in EMPTY.findall(text):
        yield f"{page.name}: nothing in the block '{name}'"


pages = [root / "README.md", *sorted((root / "docs").glob("*.md"))]
texts = {page: page.read_text(encoding="utf-8") for page in pages}
# The search itself: there are links and blocks, and it sees what is wrong.
assert sum(len(LINK.findall(text)) for text in texts.values()) > 20
assert sum(text.count("<!-- begin measured") for text in texts.values()) > 3
wrong = "[a](none.md#b)\n[c](#d) [e](https://f.org/)\n<!-- begin measured: g -->\n\n<!-- end measured: g -->\n"
assert len(list(mistakes(pages[0], wrong))) == 2
found = [line for page, text in texts.items() for line in mistakes(page, text)]
sys.exit("\n".join(found) or 0)
PYTHON
