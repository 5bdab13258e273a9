#include <cstdlib>
#include <cstring>

#include "index/kernels.hpp"

namespace shelterwood::index {
namespace {

#if defined(__x86_64__)
bool has_avx2() {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2");
}
bool has_avx512() {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("avx512bitalg");
}
#endif

const Kernels& choose() {
    const char* wanted = std::getenv("SHELTERWOOD_KERNELS");
    if (const Kernels* named = wanted != nullptr ? kernels_named(wanted) : nullptr) return *named;
    for (const char* name : {"avx512", "avx2"}) {
        if (const Kernels* best = kernels_named(name)) return *best;
    }
    return kPortable;
}

}  // namespace

const Kernels* kernels_named(const char* name) {
    if (std::strcmp(name, "portable") == 0) return &kPortable;
    if (std::strcmp(name, "emulated512") == 0) return &kEmulated512;
#if defined(__x86_64__)
    if (std::strcmp(name, "avx2") == 0) return has_avx2() ? &kAvx2 : nullptr;
    if (std::strcmp(name, "avx512") == 0) return has_avx512() ? &kAvx512 : nullptr;
#endif
    return nullptr;
}

const Kernels& kernels() {
    static const Kernels& chosen = choose();
    return chosen;
}

}  // namespace shelterwood::index
