option(BUILD_TESTING "Build the tests and the benchmark (needs Criterion)" ON)
option(SYNFIN_WERROR "Treat warnings as errors" OFF)
option(SYNFIN_FUZZ "Build the fuzz targets (needs clang)" OFF)
set(SYNFIN_SANITIZE "" CACHE STRING "Value of -fsanitize= for everything, such as address,undefined")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo or MinSizeRel" FORCE)
endif()
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_compile_options(-Wall -Wextra -Wconversion -Wshadow)
if(SYNFIN_WERROR)
  add_compile_options(-Werror)
endif()

# Every build must make the same bits: no multiply-add may be fused where the
# source does not say so, and -ffast-math is never right. errno of libm is not
# read anywhere, and keeping it would stop sqrt from being one instruction.
add_compile_options(-ffp-contract=off -fno-math-errno -fno-trapping-math)

if(SYNFIN_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "SYNFIN_FUZZ needs clang (libFuzzer): configure with -DCMAKE_C_COMPILER=clang")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
elseif(SYNFIN_SANITIZE)
  add_compile_options(-fsanitize=${SYNFIN_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SYNFIN_SANITIZE})
endif()
