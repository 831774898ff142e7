// A set of disjoint half-open intervals, and a tiny command reader for it.
#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace ranges {

/// A half-open interval [begin, end).
struct Interval {
    long begin = 0;
    long end = 0;

    bool empty() const { return end <= begin; }
    bool operator<(const Interval& other) const {
        return begin != other.begin ? begin < other.begin : end < other.end;
    }
};

/** Keeps intervals disjoint and sorted. */
class IntervalSet {
public:
    IntervalSet() = default;
    explicit IntervalSet(std::vector<Interval> items) : items_(std::move(items)) { normalise(); }
    ~IntervalSet() { items_.clear(); }

    void insert(Interval added);
    bool contains(long point) const;

    template <typename Visitor>
    void each(Visitor visit) const {
        for (const auto& item : items_) {
            if (item.empty()) continue;
            visit(item);
        }
    }

    static const char* help() { return "if (this) { /* is a string */ } // so is this"; }

private:
    void normalise();
    std::vector<Interval> items_;
};

void IntervalSet::insert(Interval added) {
    if (added.empty()) {
        return;
    }
    std::vector<Interval> kept;
    for (const auto& item : items_) {
        if (item.end < added.begin || added.end < item.begin) {
            kept.push_back(item);
        } else if (item.begin == added.begin && item.end == added.end) {
            return;
        } else {
            added.begin = std::min(added.begin, item.begin);
            added.end = std::max(added.end, item.end);
        }
    }
    kept.push_back(added);
    items_ = kept;
    normalise();
}

bool IntervalSet::contains(long point) const {
    std::size_t low = 0, high = items_.size();
    while (low < high) {
        std::size_t middle = low + (high - low) / 2;
        if (items_[middle].end <= point) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < items_.size() && items_[low].begin <= point;
}

void IntervalSet::normalise() {
    std::sort(items_.begin(), items_.end(), [](const Interval& a, const Interval& b) {
        if (a.begin == b.begin) {
            return a.end < b.end;
        }
        return a.begin < b.begin;
    });
}

}  // namespace ranges

static long parse(const std::string& text, bool strict) {
    try {
        return std::stol(text);
    } catch (const std::invalid_argument&) {
        if (strict) throw;
    } catch (const std::out_of_range&) {
        return -1;
    }
    return 0;
}

static long power(long base, unsigned exponent) {
    return exponent == 0 ? 1 : base * power(base, exponent - 1);
}

template <typename Set>
int run(Set& set, const std::vector<std::string>& words, bool strict, bool quiet) {
    std::size_t at = 0;
again:
    do {
        if (at >= words.size()) {
            goto done;
        }
        switch (words[at][0]) {
            case '+':
            case 'a':
                set.insert({parse(words[at + 1], strict), parse(words[at + 2], strict)});
                at += 3;
                break;
            case '?':
                if (!quiet && (strict || set.contains(1)) && words.size() > 3) {
                    at += 2;
                }
                break;
            default:
                at += 1;
                goto again;
        }
    } while (at < words.size() and not strict);
done:
    return quiet ? 0 : static_cast<int>(power(2, 3));
}
