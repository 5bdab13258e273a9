#include "tent.hpp"

#include <algorithm>
#include <deque>
#include <mutex>

#include "box.hpp"

namespace shelterwood::pdq {
namespace {

// Makes the rows of one axis one after the other, in memory that is used again.
class TentMaker {
  public:
    explicit TentMaker(const Axis& axis) : axis_(axis), cells_(axis.cells()), box_(axis.full) {
        for (std::size_t i = 0; i < axis.divisor; ++i) {
            offsets_[i] = (static_cast<double>(i) + 0.5) / static_cast<double>(axis.divisor) - 0.5;
        }
    }

    // The weights over cells, and the first of them, of the sample at pixel `position`.
    const std::vector<double>& at(std::size_t position) {
        weigh_pixels(position);
        weigh_cells();
        return cell_weights_;
    }
    [[nodiscard]] std::size_t first_cell() const { return first_cell_; }

  private:
    // The box of the boxes around `position`, as a difference array that weigh_cells sums: linear in the window.
    void weigh_pixels(std::size_t position) {
        const std::size_t first = box_.first(position);
        const std::size_t last = box_.last(position);
        first_pixel_ = box_.first(first);
        rises_.assign(box_.last(last) - first_pixel_ + 2, 0.0);
        const auto boxes = static_cast<double>(last - first + 1);
        for (std::size_t i = first; i <= last; ++i) {
            const std::size_t from = box_.first(i);
            const std::size_t end = box_.last(i) + 1;
            const double weight = 1.0 / (boxes * static_cast<double>(end - from));
            rises_[from - first_pixel_] += weight;
            rises_[end - first_pixel_] -= weight;
        }
        rises_.pop_back();
    }

    void weigh_cells() {
        const std::size_t last_cell = (first_pixel_ + rises_.size() - 1 + axis_.lead) / axis_.divisor;
        std::size_t cell = (first_pixel_ + axis_.lead) / axis_.divisor;
        std::size_t within = (first_pixel_ + axis_.lead) % axis_.divisor;
        const std::size_t around = axis_.divisor > 1 ? 1 : 0;  // neighbours take part in the slope
        first_cell_ = cell - std::min(cell, around);
        cell_weights_.assign(std::min(last_cell + around, cells_ - 1) - first_cell_ + 1, 0.0);
        double weight = 0.0;
        std::size_t pixel = 0;
        for (; cell <= last_cell; ++cell, within = 0) {
            double sum = 0.0;
            double moment = 0.0;
            for (; within < axis_.divisor && pixel < rises_.size(); ++within, ++pixel) {
                weight += rises_[pixel];
                sum += weight;
                moment += weight * offsets_[within];
            }
            add_cell(cell, sum, moment);
        }
    }

    // Within a cell the luma is taken to rise or fall in a straight line from its neighbours' mean slope; the term has
    // zero mean over a whole cell, so flat areas and averages are untouched.
    void add_cell(std::size_t cell, double sum, double moment) {
        cell_weights_[cell - first_cell_] += sum;
        if (axis_.divisor == 1) return;
        const std::size_t before = cell > 0 ? cell - 1 : 0;
        const std::size_t after = std::min(cell + 1, cells_ - 1);
        if (before == after) return;
        const double slope = moment / static_cast<double>(after - before);
        cell_weights_[after - first_cell_] += slope;
        cell_weights_[before - first_cell_] -= slope;
    }

    const Axis& axis_;
    std::size_t cells_;
    BoxAxis box_;
    double offsets_[8] = {};  // of a pixel's centre from its cell's, in cells
    std::size_t first_pixel_ = 0;
    std::size_t first_cell_ = 0;
    std::vector<double> rises_;  // by how much each pixel's weight is above the one before
    std::vector<double> cell_weights_;
};

}  // namespace

Tents::Tents(const Axis& axis) {
    TentMaker maker(axis);
    for (std::size_t i = 0; i < kField; ++i) {
        const std::vector<double>& weights = maker.at(sample_position(i, axis.full));
        append(i, maker.first_cell(), weights);
    }
    point_rows_at_weights();
}

Tents Tents::backwards(const Axis& axis) {
    const std::size_t cells = axis.cells();
    const Axis other{axis.full, axis.divisor, cells * axis.divisor - axis.full - axis.lead};
    TentMaker maker(other);
    Tents result;
    result.backwards_ = true;
    for (std::size_t i = 0; i < kField; ++i) {
        std::vector<double> weights = maker.at(sample_position(kField - 1 - i, axis.full));
        std::reverse(weights.begin(), weights.end());
        result.append(i, cells - maker.first_cell() - weights.size(), weights);
    }
    result.point_rows_at_weights();
    return result;
}

std::shared_ptr<const Tents> Tents::made(const Axis& axis, bool backwards) {
    return std::make_shared<const Tents>(backwards ? Tents::backwards(axis) : Tents(axis));
}

std::shared_ptr<const Tents> Tents::shared(const Axis& axis, bool backwards) {
    struct Kept {
        Axis axis;
        bool backwards;
        std::shared_ptr<const Tents> tents;
    };
    constexpr std::size_t kMost = 16;
    constexpr std::size_t kLongest = 16384;  // in cells, of which each costs some eight bytes
    if (axis.cells() > kLongest) return made(axis, backwards);
    static std::mutex mutex;
    static std::deque<Kept> kept;  // the one made last in front
    const std::lock_guard lock(mutex);
    for (const Kept& one : kept) {
        if (one.backwards == backwards && one.axis == axis) return one.tents;
    }
    kept.push_front({axis, backwards, made(axis, backwards)});
    if (kept.size() > kMost) kept.pop_back();
    return kept.front().tents;
}

void Tents::append(std::size_t row, std::size_t first, const std::vector<double>& weights) {
    rows_[row] = {nullptr, first, weights.size()};
    for (const double weight : weights) weights_.push_back(static_cast<float>(weight));
    weights_.resize(padded(weights_.size()), 0.0F);
}

void Tents::point_rows_at_weights() {
    const float* next = weights_.data();
    for (SparseRow& row : rows_) {
        row.weights = next;
        next += padded(row.length);
    }
}

bool reads_the_same_backwards(const Axis& axis) { return box_window(axis.full) % 2 == 1 && axis.full % 128 != 0; }

std::size_t Tents::overlap(std::size_t stretch) const {
    std::size_t most = 1;
    std::size_t done = 0;
    for (std::size_t i = 0; i < kField; ++i) {
        while (rows_[done].end() + stretch <= rows_[i].first + 1) ++done;
        most = std::max(most, i - done + 1);
    }
    return most;
}

}  // namespace shelterwood::pdq
