// For any machine: 128-bit vectors, which every x86-64 and arm64 has.
#include "kernels_impl.hpp"
#include "luma_plain.hpp"

namespace shelterwood::pdq {
namespace {
struct Portable : PlainLuma {
    static constexpr std::size_t lanes = 4;
};
}  // namespace

constinit const Kernels portable_kernels = KernelsFor<Portable>::table("portable");

}  // namespace shelterwood::pdq
