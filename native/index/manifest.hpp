// Which files make up the index now. It is replaced as a whole by rename, so a reader sees the old one or the new one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "index/types.hpp"

namespace shelterwood::index {

struct ManifestPart {
    std::uint64_t segment;             // number of its file
    std::uint64_t rows;
    std::uint64_t tombstones;          // number of its file, 0: none
    std::uint64_t tombstone_checksum;
};

struct Manifest {
    std::uint64_t generation = 0;
    std::uint64_t radius = kTableRadius;
    std::uint64_t log = 0;             // number of its file
    std::uint64_t change_number = 0;   // the last change that is in the segments; later ones are in the log
    std::uint64_t next_number = 1;     // for new files
    std::vector<ManifestPart> parts;

    static Manifest read(const std::string& directory);
    // Writes, syncs and renames; the step that makes everything before it valid.
    void publish(const std::string& directory) const;
};

std::string segment_path(const std::string& directory, std::uint64_t number);
std::string tombstone_path(const std::string& directory, std::uint64_t number);
std::string log_path(const std::string& directory, std::uint64_t number);

// What a file name in the directory means; nothing for names that are not ours.
struct NumberedFile {
    enum Kind { kSegment, kTombstones, kLog, kDraft } kind;
    std::uint64_t number;
};
std::optional<NumberedFile> parse_name(const std::string& name);

}  // namespace shelterwood::index
