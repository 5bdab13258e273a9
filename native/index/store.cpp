#include "index/store.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "index/checksum.hpp"
#include "index/failure.hpp"
#include "index/faults.hpp"
#include "index/files.hpp"

namespace shelterwood::index {
namespace {

std::size_t tombstone_words(std::uint64_t rows) { return static_cast<std::size_t>((rows + 63) / 64 + 1); }

std::shared_ptr<Tombstones> load_tombstones(const std::string& directory, const ManifestPart& part) {
    auto dead = std::make_shared<Tombstones>(part.rows);
    if (part.tombstones == 0) return dead;
    const std::string path = tombstone_path(directory, part.tombstones);
    const Handle fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd) fail_with_errno("open", path);
    std::vector<std::uint64_t> words(tombstone_words(part.rows));
    if (!read_all(fd.get(), words.data(), words.size() * 8, 0, path) ||
        checksum(words.data(), words.size() * 8) != part.tombstone_checksum) {
        throw Failure(Fault::kDamaged, path + " is damaged");
    }
    dead->load(words);
    return dead;
}

Part load_part(const std::string& directory, const ManifestPart& named, const Parts& open) {
    Part part;
    part.number = named.segment;
    for (const Part& known : open) {
        if (known.number == named.segment) part.segment = known.segment;
    }
    if (!part.segment) part.segment = Segment::open(segment_path(directory, named.segment));
    if (part.segment->rows() != named.rows) {
        throw Failure(Fault::kDamaged, segment_path(directory, named.segment) + " does not belong to the manifest");
    }
    part.dead = load_tombstones(directory, named);
    return part;
}

Loaded load_once(const std::string& directory, const Manifest& manifest, const Parts& open, bool writable) {
    Loaded loaded{manifest, {}};
    for (const ManifestPart& part : manifest.parts) loaded.snapshot.parts.push_back(load_part(directory, part, open));
    loaded.snapshot.log = std::make_shared<Log>(log_path(directory, manifest.log), manifest.log, writable);
    loaded.snapshot.change_number = manifest.change_number;
    return loaded;
}

void write_tombstones(const std::string& directory, const Part& part, Manifest& manifest, ManifestPart& named) {
    const std::vector<std::uint64_t> words = part.dead->copy();
    named.tombstones = manifest.next_number++;
    named.tombstone_checksum = checksum(words.data(), words.size() * 8);
    NewFile file(tombstone_path(directory, named.tombstones));
    file.append(words.data(), words.size() * 8);
    file.sync();
}

ManifestPart write_part(const std::string& directory, Part& part, Manifest& manifest) {
    if (part.number == 0) {
        part.number = manifest.next_number++;
        part.segment->write(segment_path(directory, part.number));
        fault_step("publish.segment_written");
    }
    ManifestPart named{part.number, part.segment->rows(), 0, 0};
    if (part.dead->count() > 0) write_tombstones(directory, part, manifest, named);
    fault_step("publish.tombstones_written");
    return named;
}

bool is_named(const Manifest& m, const NumberedFile& file) {
    if (file.kind == NumberedFile::kLog) return file.number == m.log;
    return std::any_of(m.parts.begin(), m.parts.end(), [&](const ManifestPart& part) {
        if (file.kind == NumberedFile::kSegment) return part.segment == file.number;
        return file.kind == NumberedFile::kTombstones && part.tombstones == file.number;
    });
}

void tell_readers_to_look_again(const std::string& path, std::uint64_t number) {
    try {
        Log(path, number, true).flag(kSuperseded);
    } catch (const Failure&) {
        return;  // a log that was never finished has no readers
    }
}

}  // namespace

WriterLock::WriterLock(const std::string& directory)
    : fd_(open((directory + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {
    if (!fd_) fail_with_errno("open", directory + "/lock");
    if (flock(fd_.get(), LOCK_EX | LOCK_NB) == 0) return;
    if (errno == EWOULDBLOCK) throw Failure(Fault::kLocked, "the index " + directory + " has another writer");
    fail_with_errno("lock", directory + "/lock");
}

Loaded load(const std::string& directory, const Parts& open, bool writable) {
    Manifest manifest = Manifest::read(directory);
    for (;;) {
        try {
            return load_once(directory, manifest, open, writable);
        } catch (const Failure&) {
            Manifest again = Manifest::read(directory);
            if (again.log == manifest.log && again.generation == manifest.generation) throw;
            manifest = std::move(again);
        }
    }
}

void publish(const std::string& directory, Manifest& manifest, Parts& parts, std::vector<Record> records) {
    const Manifest before = manifest;
    try {
        manifest.parts.clear();
        for (Part& part : parts) manifest.parts.push_back(write_part(directory, part, manifest));
        manifest.log = manifest.next_number++;
        Log::create(log_path(directory, manifest.log), manifest.log, std::move(records));
        sync_directory(directory);
        fault_step("publish.log_created");
        ++manifest.generation;
        manifest.publish(directory);
    } catch (...) {
        // The rename may have happened (a failing sync of the directory comes after it): keep what the disk says.
        const Manifest on_disk = [&] {
            try {
                return Manifest::read(directory);
            } catch (const Failure&) {
                return before;
            }
        }();
        remove_unnamed(directory, on_disk);
        throw;
    }
    remove_unnamed(directory, manifest);
}

void remove_unnamed(const std::string& directory, const Manifest& manifest) {
    std::error_code ignored;
    std::vector<std::pair<std::string, NumberedFile>> old;
    for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
        const auto file = parse_name(entry.path().filename().string());
        if (file && !is_named(manifest, *file)) old.emplace_back(entry.path().string(), *file);
    }
    if (old.empty()) return;
    for (const auto& [path, file] : old) {
        if (file.kind == NumberedFile::kLog) tell_readers_to_look_again(path, file.number);
    }
    fault_step("publish.superseded");
    for (const auto& [path, file] : old) unlink(path.c_str());
    fault_step("publish.removed");
}

Manifest starting_manifest(const std::string& directory) {
    Manifest manifest;
    try {
        manifest = Manifest::read(directory);
    } catch (const Failure&) {
        manifest = Manifest();  // none, or a damaged one that is to be replaced: only avoid its file names
    }
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
        const auto file = parse_name(entry.path().filename().string());
        if (file) manifest.next_number = std::max(manifest.next_number, file->number + 1);
    }
    return manifest;
}

}  // namespace shelterwood::index
