# Tests and fuzz target of native/pdq.
add_library(pdq_variants STATIC pdq_wide_kernels.cpp)
target_include_directories(pdq_variants PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(pdq_variants PUBLIC shelterwood_pdq PRIVATE shelterwood_warnings)
target_compile_options(pdq_variants PRIVATE -Wno-psabi)  # see native/pdq/CMakeLists.txt

if(SHELTERWOOD_NATIVE_TESTS)
  add_executable(pdq_test pdq_test.cpp)
  target_link_libraries(pdq_test PRIVATE pdq_variants shelterwood_warnings)
  add_test(NAME pdq_test COMMAND pdq_test)
endif()

if(SHELTERWOOD_FUZZ)
  add_executable(pdq_fuzz pdq_fuzz.cpp)
  target_link_libraries(pdq_fuzz PRIVATE pdq_variants shelterwood_warnings)
  target_link_options(pdq_fuzz PRIVATE -fsanitize=fuzzer)
endif()
