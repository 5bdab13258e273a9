// The AVX-512 kernels on an emulated register, for tests.
#include "index/kernels.hpp"

namespace shelterwood::index {
namespace {
#include "index/isa_portable.hpp"
#include "index/isa_wide512.hpp"
#include "index/lane_emulated512.hpp"
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

const Kernels kEmulated512 = make_kernels<Wide512<LaneEmulated512>>("emulated512");

}  // namespace shelterwood::index
