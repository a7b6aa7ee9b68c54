# A recipe for Spack, in a repository of your own. The source is a release archive,
# `git archive --prefix=synfin-0.1.0/ -o synfin-0.1.0.tar.gz HEAD`, in the folder where
# `spack install --no-checksum synfin` is called.
#
# Checked: Python syntax, names of dependencies against Spack's own recipes, and that
# CMake knows every variable that is set. Not run in Spack.
import os

from spack.package import *


class Synfin(CMakePackage):
    """Synthetic Indian payment data with fraud, from MPI ranks into parallel HDF5:
    the same bytes and digests for any number of ranks."""

    manual_download = True
    url = f"file://{os.getcwd()}/synfin-0.1.0.tar.gz"

    license("GPL-3.0-or-later")

    version("0.1.0")

    depends_on("c", type="build")
    depends_on("cmake@3.21:", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("mpi@3.1:")
    depends_on("hdf5@1.10.5:+mpi")
    depends_on("gsl")
    depends_on("random123")
    depends_on("xxhash@0.8:")
    depends_on("jansson")
    depends_on("libyaml")
    depends_on("isa-l")

    def cmake_args(self):
        return [
            self.define("BUILD_TESTING", False),  # Criterion is not in Spack
            self.define("SYNFIN_WITH_XGBOOST", "OFF"),
            self.define("MPI_C_COMPILER", self.spec["mpi"].mpicc),
        ]

    @run_after("install")
    @on_package_attributes(run_tests=True)
    def check_install(self):
        synfin = Executable(self.prefix.bin.synfin)
        synfin("generate", "--quiet", "--customers", "20", "--days", "10", "-o", "small.h5")
        synfin("verify", "--quiet", "small.h5")
