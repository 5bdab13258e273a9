// What each binding file offers to module.cpp.
#pragma once

#include <nanobind/nanobind.h>

namespace shelterwood {
void bind_pdq(nanobind::module_& m);
void bind_index(nanobind::module_& m);
}  // namespace shelterwood
