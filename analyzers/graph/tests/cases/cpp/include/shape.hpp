#pragma once
#include <memory>
#include <string>

namespace geo {

class Shape {
public:
    virtual ~Shape() = default;
    virtual double area() const = 0;
    std::string label() const { return name() + describe(area()); }

protected:
    virtual std::string name() const;
    static std::string describe(double value);
};

class Circle : public Shape {
public:
    explicit Circle(double radius) : radius_(radius) {}
    double area() const override;
    Circle scaled(double by) const;
    Circle scaled(double by, double offset) const;

private:
    std::string name() const override { return "circle"; }
    double radius_;
};

double square(double x);

} // namespace geo
