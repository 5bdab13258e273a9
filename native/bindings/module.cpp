// The Python extension shelterwood._native._ext: nothing but the joining of its parts.
#include "bindings.hpp"

NB_MODULE(_ext, m) {
    m.doc() = "Compiled core of Shelterwood. Import the facades in shelterwood.fingerprints and shelterwood.index.";
    shelterwood::bind_pdq(m);
    shelterwood::bind_index(m);
}
