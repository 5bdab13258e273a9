# Tests and fuzz target of native/index.
if(SHELTERWOOD_NATIVE_TESTS)
  add_executable(index_test index_test.cpp index_files_test.cpp)
  target_link_libraries(index_test PRIVATE shelterwood_index shelterwood_warnings)
  foreach(part RANGE 3)  # half a minute under sanitizers: in parts that ctest runs beside each other
    add_test(NAME index_test_${part} COMMAND index_test ${part} 4)
  endforeach()
endif()

if(SHELTERWOOD_FUZZ)
  add_executable(index_fuzz index_fuzz.cpp)
  target_link_libraries(index_fuzz PRIVATE shelterwood_index shelterwood_warnings)
  target_link_options(index_fuzz PRIVATE -fsanitize=fuzzer)
endif()
