# Files kernels/**/*_path.c are compiled once for each vector path, with
# SF_LANES_PATH naming it, and the path is chosen at run time. All paths must
# give equal bits: no path may fuse a multiply-add (AVX-512 implies FMA, which
# -ffp-contract=off keeps out of use).
file(GLOB_RECURSE path_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/kernels/*_path.c)

function(sf_add_vector_path path)
  add_library(synfin_lanes_${path} OBJECT ${path_sources})
  target_compile_definitions(synfin_lanes_${path} PRIVATE SF_LANES_PATH=${path})
  target_compile_options(synfin_lanes_${path} PRIVATE ${ARGN})
  target_include_directories(synfin_lanes_${path} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(synfin_lanes_${path} PRIVATE Random123::Random123)
  target_sources(synfin_kernels PRIVATE $<TARGET_OBJECTS:synfin_lanes_${path}>)
endfunction()

sf_add_vector_path(scalar)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  sf_add_vector_path(avx2 -mavx2 -mno-fma)
  sf_add_vector_path(avx512 -mavx512f -mavx512vl -mavx512dq -mavx512bw -mprefer-vector-width=256)
else()
  target_compile_definitions(synfin_kernels PUBLIC SF_LANES_SCALAR_ONLY)
endif()
