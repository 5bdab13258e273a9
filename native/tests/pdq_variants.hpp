// Every variant of the kernels that can run here, with the emulated sixteen-lane one.
#pragma once

#include <vector>

#include "kernels.hpp"

namespace shelterwood::pdq {

extern const Kernels wide_kernels;

std::vector<const Kernels*> all_variants();

}  // namespace shelterwood::pdq
