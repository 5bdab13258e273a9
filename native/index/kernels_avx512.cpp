// The AVX-512 kernels (BITALG, VPOPCNTDQ: Ice Lake, Zen 4 and later).
#include <immintrin.h>

#include "index/kernels.hpp"

namespace shelterwood::index {
namespace {
#include "index/isa_avx2.hpp"
#include "index/isa_wide512.hpp"
#include "index/lane_avx512.hpp"
#include "index/verify.hpp"
#include "index/brute_rows.hpp"
#include "index/brute_sliced.hpp"
#include "index/brute_votes.hpp"
#include "index/table_directory.hpp"
#include "index/near.hpp"
#include "index/table_search.hpp"
#include "index/table_batch.hpp"
#include "index/byte_search.hpp"
#include "index/kernels_body.hpp"
}  // namespace

const Kernels kAvx512 = make_kernels<Wide512<LaneAvx512>>("avx512");

}  // namespace shelterwood::index
