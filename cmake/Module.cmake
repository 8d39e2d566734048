# One library per module, one executable per area of tests. Sources are globbed: a file belongs to the
# module whose folder it lies in, and to no other.

add_library(platen_flags INTERFACE)
target_compile_options(platen_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast
  -Wimplicit-fallthrough -Werror
  -Wno-missing-field-initializers)  # designated initializers leave out what has a good default
target_include_directories(platen_flags INTERFACE
  ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
if(PLATEN_SANITIZE)
  # gcc's warnings that follow the flow see ghosts in instrumented code (in std::regex, for one).
  target_compile_options(platen_flags INTERFACE -fsanitize=${PLATEN_SANITIZE} -fno-omit-frame-pointer
    "$<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-array-bounds;-Wno-stringop-overread;-Wno-stringop-overflow>")
  target_link_options(platen_flags INTERFACE -fsanitize=${PLATEN_SANITIZE})
endif()

# platen_module(NAME [LINKS …] [MAINS …]): the library platen_NAME of this folder's sources.
# MAINS are left out of it.
function(platen_module name)
  cmake_parse_arguments(MODULE "" "" "LINKS;MAINS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  foreach(main IN LISTS MODULE_MAINS)
    list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/${main})
  endforeach()
  if(sources)
    add_library(platen_${name} STATIC ${sources})
    target_link_libraries(platen_${name} PUBLIC platen_flags tl::expected ${MODULE_LINKS})
  else()
    add_library(platen_${name} INTERFACE)
    target_link_libraries(platen_${name} INTERFACE platen_flags tl::expected ${MODULE_LINKS})
  endif()
endfunction()

# platen_program(NAME MAIN LINKS …)
function(platen_program name main)
  add_executable(${name} ${main})
  target_link_libraries(${name} PRIVATE platen_flags PkgConfig::cli11 ${ARGN})
  target_compile_definitions(${name} PRIVATE PLATEN_VERSION="${PROJECT_VERSION}")
endfunction()

# platen_tests(AREA KIND [LINKS …] [NEEDS program …] [TIMEOUT s] [FIXTURES name …]): the Catch2 tests of
# tests/KIND/AREA as KIND_AREA, one ctest entry for each test case. FIXTURES are ctest's, run before them.
function(platen_tests kind area)
  cmake_parse_arguments(TESTS "" "TIMEOUT" "LINKS;NEEDS;FIXTURES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${kind}/${area}/*.cpp)
  if(NOT sources)
    return()
  endif()
  if(NOT TESTS_TIMEOUT)
    set(TESTS_TIMEOUT 60)
  endif()
  set(target ${kind}_${area})
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE platen_test_support ${TESTS_LINKS})
  foreach(program IN LISTS TESTS_NEEDS)
    if(TARGET ${program})
      add_dependencies(${target} ${program})
    endif()
  endforeach()
  set(fixtures "")
  if(TESTS_FIXTURES)
    set(fixtures FIXTURES_REQUIRED "${TESTS_FIXTURES}" SKIP_REGULAR_EXPRESSION "npm.s.modules.are.not.installed")
  endif()
  catch_discover_tests(${target}
    TEST_PREFIX "${kind}/${area}: "
    PROPERTIES TIMEOUT ${TESTS_TIMEOUT} ${fixtures} LABELS "${kind};${area}"
    DISCOVERY_MODE PRE_TEST)
endfunction()
