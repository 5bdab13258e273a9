// Joins one instruction set with the search templates. Everything sits in an anonymous namespace of the including file:
// nothing compiled with special flags can be linked into ordinary code.
#pragma once

template <class Isa>
void permute_all(const PermutationPlan& plan, const std::uint8_t* codes, std::size_t count, Code* out) {
    for (std::size_t i = 0; i < count; ++i) Isa::permute(plan, codes + i * kCodeBytes, out[i]);
}

template <class Isa>
constexpr Kernels make_kernels(const char* name) {
    return {name, permute_all<Isa>, tables_one<Isa>, tables_batch<Isa>, bytes_one<Isa>, brute_one<Isa>, brute_batch<Isa>};
}
