#include "index/manifest.hpp"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/checksum.hpp"
#include "index/failure.hpp"
#include "index/faults.hpp"
#include "index/files.hpp"

namespace shelterwood::index {
namespace {

constexpr std::uint64_t kManifestMagic = 0x0031464D57532020;
constexpr std::uint64_t kMaxParts = 4096;
constexpr const char* kDraftName = "manifest.new";

struct Fixed {
    std::uint64_t magic, version, generation, radius, log, change_number, next_number, parts;
};

std::string numbered(const std::string& directory, const char* stem, std::uint64_t number, const char* suffix) {
    return directory + "/" + stem + std::to_string(number) + suffix;
}

std::vector<std::uint8_t> read_file(const std::string& path) {
    const Handle fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd && errno == ENOENT) throw Failure(Fault::kNotAnIndex, "there is no index: " + path + " does not exist");
    if (!fd) fail_with_errno("open", path);
    struct stat status {};
    if (fstat(fd.get(), &status) != 0) fail_with_errno("examine", path);
    constexpr off_t kMost = sizeof(Fixed) + kMaxParts * sizeof(ManifestPart) + 8;
    if (status.st_size < static_cast<off_t>(sizeof(Fixed) + 8) || status.st_size > kMost) {
        throw Failure(Fault::kDamaged, path + " has an impossible size");
    }
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(status.st_size));
    if (!read_all(fd.get(), bytes.data(), bytes.size(), 0, path)) throw Failure(Fault::kDamaged, path + " is truncated");
    return bytes;
}

}  // namespace

Manifest Manifest::read(const std::string& directory) {
    const std::string path = directory + "/manifest";
    const std::vector<std::uint8_t> bytes = read_file(path);
    Fixed fixed{};
    std::memcpy(&fixed, bytes.data(), sizeof fixed);
    if (fixed.magic != kManifestMagic) throw Failure(Fault::kNotAnIndex, path + " is not the manifest of an index");
    if (fixed.version != 1) throw Failure(Fault::kDamaged, path + " has a format version this program cannot read");
    std::uint64_t sum = 0;
    std::memcpy(&sum, bytes.data() + bytes.size() - 8, 8);
    const bool right_size = fixed.parts <= kMaxParts &&
                            bytes.size() == sizeof fixed + fixed.parts * sizeof(ManifestPart) + 8;
    if (!right_size || sum != checksum(bytes.data(), bytes.size() - 8) || fixed.radius > kCodeBits) {
        throw Failure(Fault::kDamaged, path + " is damaged");
    }
    Manifest m;
    m.generation = fixed.generation, m.radius = fixed.radius, m.log = fixed.log;
    m.change_number = fixed.change_number, m.next_number = fixed.next_number;
    m.parts.resize(fixed.parts);
    std::memcpy(m.parts.data(), bytes.data() + sizeof fixed, fixed.parts * sizeof(ManifestPart));
    return m;
}

void Manifest::publish(const std::string& directory) const {
    const Fixed fixed{kManifestMagic, 1, generation, radius, log, change_number, next_number, parts.size()};
    if (parts.size() > kMaxParts) throw Failure(Fault::kTooLarge, "the index has too many segments; merge it");
    std::vector<std::uint8_t> bytes(sizeof fixed + parts.size() * sizeof(ManifestPart) + 8);
    std::memcpy(bytes.data(), &fixed, sizeof fixed);
    if (!parts.empty()) std::memcpy(bytes.data() + sizeof fixed, parts.data(), parts.size() * sizeof(ManifestPart));
    const std::uint64_t sum = checksum(bytes.data(), bytes.size() - 8);
    std::memcpy(bytes.data() + bytes.size() - 8, &sum, 8);
    const std::string draft = directory + "/" + kDraftName, path = directory + "/manifest";
    unlink(draft.c_str());
    NewFile file(draft);
    file.append(bytes.data(), bytes.size() / 2);
    fault_step("publish.manifest_half_written");
    file.append(bytes.data() + bytes.size() / 2, bytes.size() - bytes.size() / 2);
    file.sync();
    fault_step("publish.manifest_written");
    if (rename(draft.c_str(), path.c_str()) != 0) fail_with_errno("rename", draft);
    fault_step("publish.renamed");
    sync_directory(directory);
}

std::string segment_path(const std::string& d, std::uint64_t n) { return numbered(d, "rows-", n, ".seg"); }
std::string tombstone_path(const std::string& d, std::uint64_t n) { return numbered(d, "dead-", n, ".bits"); }
std::string log_path(const std::string& d, std::uint64_t n) { return numbered(d, "delta-", n, ".log"); }

std::optional<NumberedFile> parse_name(const std::string& name) {
    if (name == kDraftName) return NumberedFile{NumberedFile::kDraft, 0};
    const auto match = [&](const char* stem, const char* suffix, NumberedFile::Kind kind) -> std::optional<NumberedFile> {
        if (!name.starts_with(stem) || !name.ends_with(suffix)) return std::nullopt;
        const char* first = name.data() + std::strlen(stem);
        const char* last = name.data() + name.size() - std::strlen(suffix);
        std::uint64_t number = 0;
        if (first >= last || std::from_chars(first, last, number).ptr != last) return std::nullopt;
        return NumberedFile{kind, number};
    };
    if (const auto f = match("rows-", ".seg", NumberedFile::kSegment)) return f;
    if (const auto f = match("dead-", ".bits", NumberedFile::kTombstones)) return f;
    return match("delta-", ".log", NumberedFile::kLog);
}

}  // namespace shelterwood::index
