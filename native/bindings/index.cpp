// Bindings of the Hamming index.
#include "bindings.hpp"

namespace shelterwood {
void bind_index(nanobind::module_& m) { (void)m; }
}  // namespace shelterwood
