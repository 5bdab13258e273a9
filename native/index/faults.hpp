// Deaths on demand. A test names a step in SHELTERWOOD_INDEX_FAULT; on reaching it the process kills itself, as a power
// cut or an impatient operator would. Nothing happens otherwise.
#pragma once

#include <array>

namespace shelterwood::index {

// Every step at which a writer can be stopped with something half done, in the order they come.
inline constexpr std::array kFaultSteps{
    "append.half_written", "append.written",      "append.counted",      "publish.segment_half_written",
    "publish.segment_written", "publish.tombstones_written", "publish.log_created", "publish.manifest_half_written",
    "publish.manifest_written", "publish.renamed", "publish.superseded",  "publish.removed",
};

void fault_step(const char* step);

}  // namespace shelterwood::index
