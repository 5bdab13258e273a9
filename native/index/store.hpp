// The directory of an index: finding its files, replacing them as a whole, and never losing the old state before the new
// one is safe. docs/reference/index-format.md tells the same as a story.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "index/log.hpp"
#include "index/manifest.hpp"
#include "index/state.hpp"

namespace shelterwood::index {

// The right to write: an advisory lock that ends with the process.
class WriterLock {
public:
    explicit WriterLock(const std::string& directory);  // throws Failure(kLocked) when somebody else has it

private:
    Handle fd_;
};

// Reads the manifest and everything it names; segments in `open` are used again. Retries when a merge comes between.
struct Loaded {
    Manifest manifest;
    Snapshot snapshot;  // with the log still to be applied
};
Loaded load(const std::string& directory, const Parts& open, bool writable);

// Writes what `parts` need (segments without a number, tombstones), a log with `records`, and then the manifest. Parts get
// their numbers. On failure the old state stays and what was written is removed.
void publish(const std::string& directory, Manifest& manifest, Parts& parts, std::vector<Record> records);

// Removes our files that the manifest does not name; readers of a removed log are told to look again.
void remove_unnamed(const std::string& directory, const Manifest& manifest);

// The manifest to start from when saving into a directory: that of the index there, or a first one.
Manifest starting_manifest(const std::string& directory);

}  // namespace shelterwood::index
