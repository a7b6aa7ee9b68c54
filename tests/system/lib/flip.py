"""flip.py FILE DATASET PLACE BITS: turns bits of one byte of a dataset stored in one piece."""
import sys

import h5py

path, name, place, bits = sys.argv[1:]
with h5py.File(path) as file:
    offset = file[name].id.get_offset() + int(place)
with open(path, "r+b") as file:
    file.seek(offset)
    byte = file.read(1)
    file.seek(offset)
    file.write(bytes([byte[0] ^ int(bits)]))
