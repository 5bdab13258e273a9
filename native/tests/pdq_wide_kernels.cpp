// The sixteen-lane kernels compiled without AVX-512, so that their logic is tested on machines that lack it.
#include "kernels_impl.hpp"
#include "luma_plain.hpp"
#include "pdq_variants.hpp"

namespace shelterwood::pdq {
namespace {
struct Wide : PlainLuma {
    static constexpr std::size_t lanes = 16;
};
}  // namespace

constinit const Kernels wide_kernels = KernelsFor<Wide>::table("wide");

std::vector<const Kernels*> all_variants() {
    std::vector<const Kernels*> variants{&wide_kernels};
    for (const Kernels* const kernels : runnable_kernels()) variants.push_back(kernels);
    return variants;
}

}  // namespace shelterwood::pdq
