// Bindings of the PDQ library.
#include "bindings.hpp"

namespace shelterwood {
void bind_pdq(nanobind::module_& m) { (void)m; }
}  // namespace shelterwood
