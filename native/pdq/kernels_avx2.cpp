// Compiled with -mavx2; only called where the processor says it has it.
#include "kernels_impl.hpp"
#include "luma_x86.hpp"

namespace shelterwood::pdq {
namespace {
struct Avx2 : X86Luma<Avx2> {
    static constexpr std::size_t lanes = 8;
};
}  // namespace

constinit const Kernels avx2_kernels = KernelsFor<Avx2>::table("avx2");

}  // namespace shelterwood::pdq
