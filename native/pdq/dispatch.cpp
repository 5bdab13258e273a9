// Which kernels this machine can run.
#include <array>

#include "kernels.hpp"

namespace shelterwood::pdq {
namespace {

struct Runnable {
    std::array<const Kernels*, 3> all{&portable_kernels};
    std::size_t count = 1;

    Runnable() {
#ifdef SHELTERWOOD_X86
        if (!__builtin_cpu_supports("avx2")) return;
        all[count++] = &avx2_kernels;
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
            __builtin_cpu_supports("avx512vl")) {
            all[count++] = &avx512_kernels;
        }
#endif
    }
};

}  // namespace

std::span<const Kernels* const> runnable_kernels() {
    static const Runnable runnable;
    return {runnable.all.data(), runnable.count};
}

const Kernels& best_kernels() { return *runnable_kernels().back(); }

}  // namespace shelterwood::pdq
