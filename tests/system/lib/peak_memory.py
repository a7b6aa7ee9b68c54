"""peak_memory.py COMMAND...: runs COMMAND and prints its peak resident bytes."""
import resource
import subprocess
import sys

subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)  # Linux counts in KiB
