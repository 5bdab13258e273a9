// Compiled with the AVX-512 flags; only called where the processor says it has them.
#include "kernels_impl.hpp"
#include "luma_x86.hpp"

namespace shelterwood::pdq {
namespace {
struct Avx512 : X86Luma<Avx512> {
    static constexpr std::size_t lanes = 16;
};
}  // namespace

constinit const Kernels avx512_kernels = KernelsFor<Avx512>::table("avx512");

}  // namespace shelterwood::pdq
