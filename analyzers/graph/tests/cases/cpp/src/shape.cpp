#include "shape.hpp"

namespace geo {

namespace {
double pi() { return 3.14159; }
} // namespace

std::string Shape::name() const { return "shape"; }

std::string Shape::describe(double value) { return std::to_string(value); }

double Circle::area() const { return pi() * square(radius_); }

Circle Circle::scaled(double by) const { return scaled(by, 0); }

Circle Circle::scaled(double by, double offset) const { return Circle(radius_ * by + offset); }

double square(double x) { return x * x; }

} // namespace geo
