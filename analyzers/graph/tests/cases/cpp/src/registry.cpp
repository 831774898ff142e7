#include "shape.hpp"
#include <vector>

template <typename T>
class Registry {
public:
    void add(std::unique_ptr<T> item) { items_.push_back(std::move(item)); }
    double total() const;

private:
    std::vector<std::unique_ptr<T>> items_;
};

template <typename T>
double Registry<T>::total() const {
    double sum = 0;
    for (const auto& item : items_) {
        sum += item->area();
    }
    return sum;
}

static double helper(const geo::Shape& shape) { return geo::square(shape.area()); }

int main() {
    Registry<geo::Shape> registry;
    registry.add(std::make_unique<geo::Circle>(2));
    auto grow = [](const geo::Circle& circle) { return circle.scaled(2); };
    geo::Circle small(1);
    helper(grow(small));
    small.label();
    return registry.total() > 0 ? 0 : 1;
}
