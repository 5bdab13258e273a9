#include "index/state.hpp"

#include <algorithm>
#include <bit>

namespace shelterwood::index {
namespace {

constexpr std::size_t kTail = 1024;  // up to here brute force reads additions faster than tables could be looked up

// Should an addition of `rows` rows take the newest part in with it? A short tail always, larger parts so that sizes
// grow by halves: few parts, and each row is rebuilt only a few times.
bool absorbs(std::size_t rows, const Part& newest) {
    if (newest.number != 0) return false;
    const std::size_t live = newest.live();
    return newest.segment->rows() <= kTail || live <= 2 * rows || live * 2 < newest.segment->rows();
}

}  // namespace

bool Tombstones::set(std::size_t row) {
    const std::uint64_t bit = std::uint64_t{1} << (row % 64);
    const bool fresh = (words_[row / 64].fetch_or(bit, std::memory_order_relaxed) & bit) == 0;
    if (fresh) count_.fetch_add(1, std::memory_order_relaxed);
    return fresh;
}

const std::uint64_t* Tombstones::words() const {
    static_assert(sizeof(std::atomic<std::uint64_t>) == sizeof(std::uint64_t));
    return count() == 0 ? nullptr : reinterpret_cast<const std::uint64_t*>(words_.data());
}

std::vector<std::uint64_t> Tombstones::copy() const {
    std::vector<std::uint64_t> words(words_.size());
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = words_[i].load(std::memory_order_relaxed);
    return words;
}

void Tombstones::load(const std::vector<std::uint64_t>& words) {
    std::size_t set = 0;
    for (std::size_t i = 0; i < std::min(words.size(), words_.size()); ++i) {
        words_[i].store(words[i], std::memory_order_relaxed);
        set += static_cast<std::size_t>(std::popcount(words[i]));
    }
    count_.store(set, std::memory_order_relaxed);
}

void Rows::take_live(const Part& part) {
    const std::size_t rows = part.segment->rows();
    codes.reserve(size() + part.live());
    ids.reserve(size() + part.live());
    for (std::size_t row = 0; row < rows; ++row) {
        if (part.dead->is_set(row)) continue;
        codes.push_back(part.segment->code(row));
        ids.push_back(part.segment->ids()[row]);
    }
}

Part make_part(const Rows& rows, unsigned threads) {
    Part part;
    part.segment = Segment::build(GivenRows::already_permuted(rows.codes.data(), rows.ids.data(), rows.size()), threads);
    part.dead = std::make_shared<Tombstones>(rows.size());
    return part;
}

void add_rows(Parts& parts, Rows rows) {
    if (rows.size() == 0) return;
    while (!parts.empty() && absorbs(rows.size(), parts.back())) {
        rows.take_live(parts.back());
        parts.pop_back();
    }
    parts.push_back(make_part(rows, 1));
}

std::size_t discard_ids(const Parts& parts, const std::vector<std::int64_t>& ids) {
    std::size_t discarded = 0;
    for (const Part& part : parts) {
        for (const std::int64_t id : ids) {
            const auto [first, last] = part.segment->find(id);
            for (std::size_t row = first; row < last; ++row) discarded += part.dead->set(row);
        }
    }
    return discarded;
}

std::size_t live_rows(const Parts& parts) {
    std::size_t live = 0;
    for (const Part& part : parts) live += part.live();
    return live;
}

std::shared_ptr<const Snapshot> State::now() const {
    const std::lock_guard lock(mutex_);
    return snapshot_;
}

void State::replace(Snapshot snapshot) {
    auto fresh = std::make_shared<const Snapshot>(std::move(snapshot));
    const std::lock_guard lock(mutex_);
    snapshot_.swap(fresh);
}

}  // namespace shelterwood::index
