# What is not static must be declared in a header.
set(SF_LAYER_WARNINGS -Wmissing-prototypes -Wstrict-prototypes)

# Sources of a layer: all .c files of its folder, less those that match EXCLUDE.
function(sf_layer_sources result folder)
  cmake_parse_arguments(arg "RECURSE" "EXCLUDE" "" ${ARGN})
  set(mode GLOB)
  if(arg_RECURSE)
    set(mode GLOB_RECURSE)
  endif()
  file(${mode} sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.c)
  if(arg_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX "${arg_EXCLUDE}")
  endif()
  set(${result} ${sources} PARENT_SCOPE)
endfunction()

# Library synfin_<folder>. The only include folder is the root of the sources,
# so that a header is named by its layer and mpi/ can never shadow <mpi.h>.
function(sf_add_layer folder)
  sf_layer_sources(sources ${folder} ${ARGN})
  add_library(synfin_${folder} STATIC ${sources})
  target_compile_options(synfin_${folder} PRIVATE ${SF_LAYER_WARNINGS})
  target_include_directories(synfin_${folder} PUBLIC
                             $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
                             $<INSTALL_INTERFACE:include/synfin>)
endfunction()

# Executable of the sources of a folder.
function(sf_add_program name folder)
  sf_layer_sources(sources ${folder})
  add_executable(${name} ${sources})
  target_compile_options(${name} PRIVATE ${SF_LAYER_WARNINGS})
endfunction()
