#include "index/index.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <unordered_map>

#include <sys/stat.h>
#include <unistd.h>

#include "index/failure.hpp"
#include "index/files.hpp"

namespace shelterwood::index {
namespace {

constexpr std::uint64_t kNothingSeen = ~std::uint64_t{0};  // of the log: no counter looks like this

Record make_record(Change change, std::int64_t id, const std::uint8_t* code, std::uint64_t change_number) {
    Record r{};
    r.change = change, r.id = id, r.change_number = change_number;
    if (code != nullptr) std::memcpy(r.code, code, kCodeBytes);
    return r;
}

// Additions and removals in their order, boiled down to what is left of them: a removal takes away what came before it,
// in the index (`discarded`) and among these records.
struct Boiled {
    std::vector<std::int64_t> discarded;
    Rows added;
};

Boiled boil_down(const std::vector<Record>& records) {
    Boiled result;
    std::unordered_multimap<std::int64_t, std::size_t> pending;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (records[i].change == Change::kAdd) pending.emplace(records[i].id, i);
        if (records[i].change != Change::kDiscard) continue;
        pending.erase(records[i].id);
        result.discarded.push_back(records[i].id);
    }
    std::vector<std::size_t> left;
    for (const auto& [id, i] : pending) left.push_back(i);
    std::sort(left.begin(), left.end());
    std::vector<std::uint8_t> codes(left.size() * kCodeBytes);
    for (std::size_t i = 0; i < left.size(); ++i) {
        std::memcpy(codes.data() + i * kCodeBytes, records[left[i]].code, kCodeBytes);
        result.added.ids.push_back(records[left[i]].id);
    }
    result.added.codes = permuted(codes.data(), left.size());
    return result;
}

// Live rows of the parts as fresh parts of at most kMaxRows rows each.
Parts rebuilt(const Parts& parts, unsigned threads) {
    Rows rows;
    Parts result;
    for (const Part& part : parts) {
        if (rows.size() > 0 && rows.size() + part.live() > kMaxRows) {
            result.push_back(make_part(rows, threads));
            rows = Rows();
        }
        rows.take_live(part);
    }
    if (rows.size() > 0) result.push_back(make_part(rows, threads));
    return result;
}

bool is_compact(const Parts& parts) { return parts.empty() || (parts.size() == 1 && parts[0].dead->count() == 0); }

// How many of the first parts a merge leaves alone: all that are in files and much larger than what comes after them,
// unless a quarter of their rows are tombstones.
std::size_t parts_to_keep(const Parts& parts) {
    std::size_t kept = parts.size(), joined = 0;
    while (kept > 0) {
        const Part& part = parts[kept - 1];
        const bool worn = part.dead->count() * 4 > part.segment->rows();
        if (part.number != 0 && !worn && part.live() > 2 * joined) break;
        joined += part.live();
        --kept;
    }
    return kept;
}

void make_private_directory(const std::string& directory) {
    if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) fail_with_errno("create", directory);
}

}  // namespace

std::unique_ptr<Index> Index::build(const std::uint8_t* codes, const std::int64_t* ids, std::size_t count,
                                    unsigned radius, unsigned threads) {
    std::unique_ptr<Index> index(new Index(radius));
    Snapshot snapshot;
    for (std::size_t at = 0; at < count; at += kMaxRows) {
        const std::size_t now = std::min<std::size_t>(kMaxRows, count - at);
        Part part;
        part.segment = Segment::build(GivenRows::plain(codes + at * kCodeBytes, ids + at, now), threads);
        part.dead = std::make_shared<Tombstones>(now);
        snapshot.parts.push_back(std::move(part));
    }
    index->state_.replace(std::move(snapshot));
    return index;
}

std::unique_ptr<Index> Index::open(const std::string& directory, bool writable) {
    std::unique_ptr<Index> index(new Index(kTableRadius));
    index->directory_ = directory;
    if (writable) {
        Manifest::read(directory);  // "not an index" comes before making a lock file in somebody's directory
        index->lock_.emplace(directory);
        index->writer_process_ = getpid();
    }
    Loaded loaded = load(directory, {}, writable);
    index->radius_ = static_cast<unsigned>(loaded.manifest.radius);
    index->manifest_ = loaded.manifest;
    if (writable) {
        remove_unnamed(directory, loaded.manifest);
        loaded.snapshot.log->cut_torn_tail();
    }
    loaded.snapshot.seen = kNothingSeen;
    index->state_.replace(std::move(loaded.snapshot));
    index->refresh();
    return index;
}

std::uint64_t Index::repair(const std::string& directory) {
    Manifest::read(directory);
    const WriterLock lock(directory);
    Loaded loaded = load(directory, {}, true);
    const std::uint64_t good = loaded.snapshot.log->cut_at_damage();
    std::uint64_t complete = loaded.manifest.change_number;
    for (const Record& r : loaded.snapshot.log->read(0, good)) complete = std::max(complete, r.change_number);
    loaded.snapshot.log->sync();
    return complete;
}

// The state that holds every change made before this call, by any process.
std::shared_ptr<const Snapshot> Index::current() {
    auto snapshot = state_.now();
    if (!snapshot->log || snapshot->log->counter() == snapshot->seen) return snapshot;
    refresh();
    return state_.now();
}

void Index::refresh() {
    const std::lock_guard lock(changes_);
    refresh_locked();
}

void Index::refresh_locked() {
    Snapshot next = *state_.now();
    for (;;) {
        const std::uint64_t counter = next.log->counter();
        if (counter == next.seen) return;
        if (counter & kSuperseded) {
            Loaded loaded = load(directory_, next.parts, lock_.has_value());
            manifest_ = loaded.manifest;
            radius_ = static_cast<unsigned>(manifest_.radius);
            next = std::move(loaded.snapshot);
            next.seen = kNothingSeen;
            continue;
        }
        const std::uint64_t applied = next.seen == kNothingSeen ? 0 : next.seen & kRecordCount;
        apply(next, next.log->read(applied, counter & kRecordCount));
        next.seen = counter;
        state_.replace(next);
    }
}

void Index::apply(Snapshot& snapshot, const std::vector<Record>& records) const {
    Boiled boiled = boil_down(records);
    discard_ids(snapshot.parts, boiled.discarded);
    add_rows(snapshot.parts, std::move(boiled.added));
    for (const Record& r : records) snapshot.change_number = std::max(snapshot.change_number, r.change_number);
}

void Index::require_writable() const {
    if (closed_) throw Failure(Fault::kNotAnIndex, "the index is closed");
    if (directory_.empty()) return;
    if (!lock_) throw Failure(Fault::kReadOnly, "the index " + directory_ + " was opened for reading");
    if (writer_process_ != getpid()) {
        throw Failure(Fault::kReadOnly, "the index " + directory_ + " was opened for writing by the parent process");
    }
}

void Index::require_service(const Snapshot& snapshot) const {
    if (closed_) throw Failure(Fault::kNotAnIndex, "the index is closed");
    if (out_of_service_ || (snapshot.log && (snapshot.seen & kOutOfService) != 0)) {
        throw Failure(Fault::kNotScanned, "a segment of the index " + directory_ + " is damaged and out of service");
    }
}

void Index::search(const std::uint8_t* codes, std::size_t queries, unsigned radius, unsigned threads, Hits& hits) {
    const auto snapshot = current();
    require_service(*snapshot);
    search_parts(snapshot->parts, kernels(), codes, queries, radius, threads, hits);
}

void Index::change(std::vector<Record> records, std::uint64_t change_number) {
    require_writable();
    if (records.empty() && change_number != 0) records.push_back(make_record(Change::kMark, 0, nullptr, change_number));
    if (records.empty()) return;
    const std::lock_guard lock(changes_);
    if (!directory_.empty()) {
        state_.now()->log->append(std::move(records));
        return refresh_locked();
    }
    Snapshot next = *state_.now();
    apply(next, records);
    state_.replace(std::move(next));
}

void Index::add(const std::uint8_t* codes, const std::int64_t* ids, std::size_t count, std::uint64_t change_number) {
    std::vector<Record> records;
    records.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        records.push_back(make_record(Change::kAdd, ids[i], codes + i * kCodeBytes, change_number));
    }
    change(std::move(records), change_number);
}

std::size_t Index::discard(const std::int64_t* ids, std::size_t count, std::uint64_t change_number) {
    std::vector<Record> records;
    records.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        records.push_back(make_record(Change::kDiscard, ids[i], nullptr, change_number));
    }
    const std::size_t before = size();
    change(std::move(records), change_number);
    return before - std::min(before, size());
}

void Index::save(const std::string& directory, unsigned threads) {
    const auto snapshot = current();
    require_service(*snapshot);
    std::error_code unknown;
    if (!directory_.empty() && std::filesystem::equivalent(directory, directory_, unknown)) return merge(true, threads);
    const std::lock_guard merging(merging_);
    make_private_directory(directory);
    const WriterLock lock(directory);
    Manifest manifest = starting_manifest(directory);
    manifest.radius = radius_;
    manifest.change_number = snapshot->change_number;
    Parts parts = is_compact(snapshot->parts) ? snapshot->parts : rebuilt(snapshot->parts, threads);
    for (Part& part : parts) part.number = 0;
    publish(directory, manifest, parts, {});
}

void Index::merge(bool everything, unsigned threads) {
    require_writable();
    const std::lock_guard merging(merging_);
    if (!directory_.empty()) return merge_in_directory(everything, threads);
    const std::lock_guard lock(changes_);
    Snapshot next = *state_.now();
    if (is_compact(next.parts)) return;
    next.parts = rebuilt(next.parts, threads);
    state_.replace(std::move(next));
}

// The long part, building, runs beside additions, removals and searches. What was logged meanwhile is carried over into
// the new log; applying a removal twice does no harm.
void Index::merge_in_directory(bool everything, unsigned threads) {
    const auto snapshot = current();
    require_service(*snapshot);
    const Parts& old = snapshot->parts;
    const std::size_t kept = everything && !is_compact(old) ? 0 : parts_to_keep(old);
    const std::uint64_t merged = snapshot->seen & kRecordCount;
    if (kept == old.size() && merged == 0) return;
    Parts parts(old.begin(), old.begin() + static_cast<std::ptrdiff_t>(kept));
    for (Part& part : rebuilt({old.begin() + static_cast<std::ptrdiff_t>(kept), old.end()}, threads)) {
        parts.push_back(std::move(part));
    }
    const std::lock_guard lock(changes_);
    Manifest next = manifest_;
    next.change_number = snapshot->change_number;
    const Log& log = *snapshot->log;
    publish(directory_, next, parts, log.read(merged, log.counter() & kRecordCount));
    refresh_locked();
}

void Index::sync() {
    const auto snapshot = state_.now();
    if (snapshot->log && lock_) snapshot->log->sync();
}

Verification Index::verify() {
    const auto snapshot = current();
    Verification result{0, 0};
    for (const Part& part : snapshot->parts) {
        result.blocks += part.segment->blocks();
        result.bad += part.segment->bad_blocks();
    }
    if (result.bad == 0) return result;
    out_of_service_ = true;
    if (snapshot->log && lock_ && writer_process_ == getpid()) snapshot->log->flag(kOutOfService);
    return result;
}

void Index::warm() {
    const auto snapshot = current();
    for (const Part& part : snapshot->parts) part.segment->warm();
}

void Index::close() {
    const std::lock_guard merging(merging_);
    const std::lock_guard lock(changes_);
    closed_ = true;
    state_.replace(Snapshot());
    lock_.reset();
}

Info Index::info() {
    const auto snapshot = current();
    Info info{};
    info.parts = snapshot->parts.size();
    for (const Part& part : snapshot->parts) {
        info.rows += part.segment->rows();
        info.tombstones += part.dead->count();
        info.bytes += part.segment->bytes() + part.segment->rows() / 8;
        if (part.number == 0 && snapshot->log) info.added += part.live();
    }
    info.codes = info.rows - info.tombstones;
    info.generation = generation();
    info.change_number = snapshot->change_number;
    info.radius = radius_;
    info.writable = !closed_ && (directory_.empty() || lock_.has_value());
    info.out_of_service = out_of_service_ || (snapshot->seen & kOutOfService) != 0;
    return info;
}

std::uint64_t Index::generation() {
    const std::lock_guard lock(changes_);
    return manifest_.generation;
}

std::size_t Index::size() { return live_rows(current()->parts); }

}  // namespace shelterwood::index
