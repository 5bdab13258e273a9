#include "index/segment.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "index/checksum.hpp"
#include "index/failure.hpp"
#include "index/faults.hpp"
#include "index/files.hpp"
#include "index/permutation.hpp"

namespace shelterwood::index {
namespace {

constexpr std::uint64_t kTablesWorthwhile = 1024;  // fewer rows are faster read than looked up

std::uint64_t round_up(std::uint64_t n, std::uint64_t unit) { return (n + unit - 1) / unit * unit; }

// Some eight entries a bucket: fewer would be all directory, more all sketches.
std::uint32_t width_for(std::uint64_t rows) {
    if (rows <= kTablesWorthwhile) return 0;
    const auto bits = static_cast<std::uint32_t>(std::bit_width(rows)) - 1;
    return std::min(bits - 3, 16u);
}

std::uint64_t header_sum(const SegmentHeader& h) { return checksum(&h, offsetof(SegmentHeader, header_checksum)); }

std::uint64_t directory_bytes(const SegmentHeader& h) {
    const std::uint64_t each = h.tables == static_cast<std::uint64_t>(Tables::kCut) ? sizeof(Bucket) : sizeof(std::uint32_t);
    return h.width == 0 ? 0 : kTables * ((std::uint64_t{1} << h.width) + 1) * each;
}

bool may_have(std::uint64_t rows, std::uint64_t tables) {
    return tables == 0 ? rows <= kByteTableRows : tables <= static_cast<std::uint64_t>(Tables::kCut);
}

}  // namespace

// Cuts pay where a bucket has several lines: from 64 entries on.
Tables best_tables(std::uint64_t rows) {
    if (rows <= kByteTableRows) return Tables::kNone;
    return rows < (std::uint64_t{1} << 22) ? Tables::kWhole : Tables::kCut;
}

unsigned unit_for(std::uint64_t rows, unsigned width) {
    const auto bits = static_cast<unsigned>(std::bit_width((rows >> width) * 3 / 2));
    return std::max(bits, 8u) - 8;
}

SegmentHeader lay_out(std::uint64_t rows, Tables tables) {
    SegmentHeader h{};
    h.magic = kSegmentMagic;
    h.version = kFormatVersion;
    h.rows = rows;
    h.tables = static_cast<std::uint64_t>(tables);
    h.width = tables == Tables::kNone ? 0 : width_for(rows);
    h.stride = h.width == 0 ? 0 : round_up(rows, kLine);
    const std::uint64_t padded = round_up(rows, 2 * kGroup);
    h.bytes[kDirectory] = directory_bytes(h);
    h.bytes[kFront] = h.bytes[kBack] = padded * 16;
    h.bytes[kIds] = rows * 8;
    h.bytes[kOrder] = kTables * h.stride * 4;
    h.bytes[kSketches] = kTables * h.stride * 2;
    const std::uint64_t unit = rows < (std::uint64_t{1} << 21) ? 4096 : kHugePage;
    std::uint64_t end = kHeaderBytes;
    for (unsigned s = 0; s < kChecksums; ++s) {
        h.begin[s] = round_up(end, unit);
        end = h.begin[s] + h.bytes[s];
    }
    h.begin[kChecksums] = round_up(end, 4096);
    h.bytes[kChecksums] = block_count(h) * 8;
    h.file_bytes = h.begin[kChecksums] + h.bytes[kChecksums];
    return h;
}

std::uint64_t block_count(const SegmentHeader& h) {
    return (h.begin[kChecksums] - kHeaderBytes + kBlockBytes - 1) / kBlockBytes;
}

void Segment::point() {
    view_.rows = static_cast<std::uint32_t>(header_.rows);
    view_.width = header_.width;
    view_.heaviest = static_cast<std::uint32_t>(header_.heaviest);
    view_.stride = header_.stride;
    view_.cut = header_.tables == static_cast<std::uint64_t>(Tables::kCut);
    view_.unit = view_.cut ? unit_for(header_.rows, header_.width) : 0;
    view_.directory = section<const std::uint32_t>(kDirectory);
    view_.sketches = section<const std::uint8_t>(kSketches);
    view_.order = section<const std::uint32_t>(kOrder);
    view_.front = section<const std::uint64_t>(kFront);
    view_.back = section<const std::uint64_t>(kBack);
    view_.ids = section<const std::int64_t>(kIds);
}

SegmentView Segment::view(const std::uint64_t* dead) const {
    SegmentView v = view_;
    v.dead = dead;
    v.bytes = byte_tables_ ? &byte_tables_->view() : nullptr;
    return v;
}

Code Segment::code(std::size_t row) const {
    const std::size_t at = row / kGroup * 2 * kGroup + row % kGroup;
    return {{view_.front[at], view_.front[at + kGroup], view_.back[at], view_.back[at + kGroup]}};
}

std::pair<std::size_t, std::size_t> Segment::find(std::int64_t id) const {
    const auto range = std::equal_range(view_.ids, view_.ids + header_.rows, id);
    return {static_cast<std::size_t>(range.first - view_.ids), static_cast<std::size_t>(range.second - view_.ids)};
}

namespace {

std::uint64_t block_checksum(const std::uint8_t* data, const SegmentHeader& h, std::uint64_t block) {
    const std::uint64_t begin = kHeaderBytes + block * kBlockBytes;
    return checksum(data + begin, std::min(kBlockBytes, h.begin[kChecksums] - begin));
}

}  // namespace

std::size_t Segment::bad_blocks() const {
    if (!sealed_) return 0;  // built here and never written: nothing to compare with
    std::size_t bad = 0;
    for (std::uint64_t b = 0; b < block_count(header_); ++b) {
        bad += block_checksum(region_.data(), header_, b) != section<const std::uint64_t>(kChecksums)[b];
    }
    return bad;
}

void Segment::seal() {
    auto* sums = section<std::uint64_t>(kChecksums);
    for (std::uint64_t b = 0; b < block_count(header_); ++b) sums[b] = block_checksum(region_.data(), header_, b);
    header_.directory_checksum = checksum(section<std::uint8_t>(kDirectory), header_.bytes[kDirectory]);
    header_.table_checksum = checksum(sums, header_.bytes[kChecksums]);
    const Permutation permutation = Permutation::standard();
    std::memcpy(header_.permutation, permutation.source.data(), kCodeBits);
    header_.header_checksum = header_sum(header_);
    std::memcpy(region_.data(), &header_, sizeof header_);
    sealed_ = true;
}

void Segment::write(const std::string& path) {
    if (!sealed_) seal();
    NewFile file(path);
    const std::size_t half = header_.file_bytes / 2;
    file.append(region_.data(), half);
    fault_step("publish.segment_half_written");
    file.append(region_.data() + half, header_.file_bytes - half);
    file.sync();
}

std::shared_ptr<Segment> Segment::open(const std::string& path) { return adopt(Region::file(path), path); }

std::shared_ptr<Segment> Segment::adopt(Region region, const std::string& name) {
    SegmentHeader h{};
    if (region.size() < kHeaderBytes) throw Failure(Fault::kDamaged, name + " is shorter than its header");
    std::memcpy(&h, region.data(), sizeof h);
    if (h.magic != kSegmentMagic) throw Failure(Fault::kDamaged, name + " is not a segment of an index");
    if (h.version != kFormatVersion) {
        throw Failure(Fault::kDamaged, name + " has format version " + std::to_string(h.version) +
                                           "; this program reads version " + std::to_string(kFormatVersion));
    }
    if (h.header_checksum != header_sum(h)) throw Failure(Fault::kDamaged, "the header of " + name + " is damaged");
    const SegmentHeader right = lay_out(std::min(h.rows, kMaxRows), static_cast<Tables>(h.tables));
    if (h.rows > kMaxRows || !may_have(h.rows, h.tables) || h.width != right.width || h.stride != right.stride || h.heaviest > h.rows ||
        h.file_bytes != right.file_bytes || region.size() != right.file_bytes ||
        std::memcmp(h.begin, right.begin, sizeof h.begin) != 0 ||
        std::memcmp(h.bytes, right.bytes, sizeof h.bytes) != 0) {
        throw Failure(Fault::kDamaged, "the size of " + name + " or its header's layout is wrong");
    }
    if (std::memcmp(h.permutation, Permutation::standard().source.data(), kCodeBits) != 0) {
        throw Failure(Fault::kDamaged, name + " was made with another bit permutation");
    }
    auto segment = std::shared_ptr<Segment>(new Segment(std::move(region), h));
    segment->point();
    segment->sealed_ = true;
    segment->check_directory(name);
    segment->make_byte_tables();
    return segment;
}

// From a copy of the codes: of a mapped file they could change between two looks, and a byte is an address here.
void Segment::make_byte_tables() {
    if (header_.width != 0 || header_.rows <= kTablesWorthwhile) return;
    std::vector<Code> codes(header_.rows);
    for (std::size_t row = 0; row < codes.size(); ++row) codes[row] = code(row);
    byte_tables_.emplace(codes.data(), codes.size());
}

// The directory is copied and then checked, so that no later change of the file can turn it into a wild address.
void Segment::check_directory(const std::string& name) {
    const auto* sums = section<const std::uint8_t>(kChecksums);
    if (checksum(sums, header_.bytes[kChecksums]) != header_.table_checksum) {
        throw Failure(Fault::kDamaged, "the block checksums of " + name + " are damaged");
    }
    if (header_.width == 0) return;
    directory_ = Region::anonymous(header_.bytes[kDirectory]);
    std::memcpy(directory_.data(), section<const std::uint8_t>(kDirectory), header_.bytes[kDirectory]);
    view_.directory = reinterpret_cast<const std::uint32_t*>(directory_.data());
    bool good = checksum(directory_.data(), header_.bytes[kDirectory]) == header_.directory_checksum;
    std::uint32_t heaviest = 0;
    for (unsigned t = 0; good && t < kTables; ++t) good = table_is_ordered(t, heaviest);
    if (!good || heaviest != header_.heaviest) throw Failure(Fault::kDamaged, "the directory of " + name + " is damaged");
}

bool Segment::table_is_ordered(unsigned table, std::uint32_t& heaviest) const {
    const std::size_t keys = std::size_t{1} << header_.width, words = view_.cut ? 2 : 1;
    const auto begin = [&](std::size_t key) { return view_.directory[(table * (keys + 1) + key) * words]; };
    bool ordered = begin(0) == 0 && begin(keys) == header_.rows;
    for (std::size_t k = 0; k < keys; ++k) {
        ordered &= begin(k) <= begin(k + 1);
        heaviest = std::max(heaviest, begin(k + 1) - begin(k));
    }
    return ordered;
}

}  // namespace shelterwood::index
