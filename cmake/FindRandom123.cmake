# Random123, counter-based random numbers in headers: target Random123::Random123.
# Hint: Random123_ROOT, a prefix.
find_path(Random123_INCLUDE_DIR Random123/philox.h)
mark_as_advanced(Random123_INCLUDE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Random123 REQUIRED_VARS Random123_INCLUDE_DIR
                                  REASON_FAILURE_MESSAGE "install librandom123-dev or set Random123_ROOT")

if(Random123_FOUND AND NOT TARGET Random123::Random123)
  add_library(Random123::Random123 INTERFACE IMPORTED)
  target_include_directories(Random123::Random123 INTERFACE ${Random123_INCLUDE_DIR})
  # Without its types for SSE, which C has no use for, it does not bring the 47000
  # lines of the compiler's intrinsics into every file.
  target_compile_definitions(Random123::Random123 INTERFACE R123_USE_SSE=0)
endif()
