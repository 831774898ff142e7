"""
Particles in a box.
"""
module Particles

using LinearAlgebra: norm, dot
import Base: show
export Particle, step!

const GRAVITY = 9.81

abstract type Body end

"A point with a mass."
mutable struct Particle{T<:Real} <: Body
    x::Vector{T}
    mass::T
    Particle{T}(x, mass) where {T} = mass > 0 ? new{T}(x, mass) : error("mass $(mass) must be positive")
end

#= A block comment with
   "quotes" in it =#
energy(p::Particle, v) = 0.5 * p.mass * dot(v, v)

"""
    classify(p; limit)

How heavy a particle is.
"""
function classify(p::Particle; limit = 10.0, strict::Bool = false)
    if p.mass > limit && !strict
        return :heavy
    elseif p.mass > limit / 2 || (strict && p.mass > 1)
        return :medium
    elseif isnan(p.mass)
        error("not a number # not a comment")
    else
        return p.mass > 0.1 ? :light : :dust
    end
end

function step!(particles::Vector{<:Particle}, dt::Float64, callbacks...)
    # moves all of them
    for p in particles
        p.x .+= dt
        while any(<(0), p.x)
            p.x = map(p.x) do c
                if c < 0
                    -c
                else
                    c
                end
            end
        end
        p.mass == 0 && continue
        for callback in callbacks, i in eachindex(p.x)
            callback(p, i)
        end
    end
    return particles
end

fib(n) = n < 2 ? n : fib(n - 1) + fib(n - 2)

function neighbours(grid::Matrix{Int}, i::Int, j::Int)
    inside(a, b) = 1 <= a <= size(grid, 1) && 1 <= b <= size(grid, 2)
    function weight(a, b)
        if inside(a, b)
            return grid[a, b]
        end
        0
    end
    around = [weight(i + a, j + b) for a in -1:1 for b in -1:1 if !(a == 0 && b == 0)]
    sum(filter(w -> w > 0 || w < -1, around))
end

function load(path)
    try
        open(path) do io
            parse.(Float64, eachline(io))
        end
    catch e
        if e isa SystemError
            @warn "cannot read $path: $(sprint(showerror, e))"
            return Float64[]
        end
        rethrow()
    finally
        @debug "done"
    end
end

Base.show(io::IO, p::Particle) = print(io, "Particle(", p.mass, ")")

macro twice(expression)
    quote
        $(esc(expression))
        $(esc(expression))
    end
end

end # module
