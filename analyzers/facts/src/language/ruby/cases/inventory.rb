# frozen_string_literal: true

require 'json'
require_relative "lib/#{RUBY_ENGINE}"

# Things in store.
module Stock
  # Most that fits.
  LIMIT = 100

  # Raised when nothing is left.
  class EmptyError < StandardError; end

=begin
A box of
items.
=end
  class Box
    attr_reader :items

    def initialize(items = [], *rest, label: nil, **options, &block)
      @items = items
      @label ||= label
    end

    class << self
      def build(*names)
        names.empty? ? new : new(names)
      end
    end

    # Parses "# this".
    def self.parse(text)
      return nil if text.nil? || text.empty?

      JSON.parse(text) rescue {}
    end

    def level(amount, strict)
      if amount.zero?
        :empty
      elsif amount < 5 and strict or amount == 7
        :low
      elsif amount > LIMIT
        raise ArgumentError, "too many: #{describe(amount, "#")} # still text"
      else
        :some
      end
    end

    def describe(thing, mark)
      case thing
      when nil, false
        'nothing'
      when Integer
        thing > 9 ? 'many' : (thing.zero? ? 'none' : mark)
      when /[a-z]#+/
        "word #{mark}"
      else
        thing.to_s
      end
    end

    def match(config)
      case config
      in { name: String => name, size: } if size > 3
        name
      in [Integer, *] unless config.empty?
        'list'
      in [] | {}
        'empty'
      else
        nil
      end
    end

    def each_pair(limit)
      return enum_for(:each_pair) unless block_given?

      until limit <= 0
        for a in @items
          @items.each_with_index do |b, index|
            next if index.odd?
            break unless a && b && index < limit

            yield a, b
          end
        end
        limit -= 1 while limit > 10
        limit -= 1
      end
    end

    def save(path)
      attempts = 0
      begin
        File.write(path, JSON.dump(@items))
      rescue Errno::ENOSPC, Errno::EACCES => e
        attempts += 1
        retry if attempts < 3
        raise
      rescue IOError
        unless path.end_with?('~')
          save(path + '~')
        else
          fail EmptyError, <<~TEXT
            # not a comment #{path}
          TEXT
        end
      else
        attempts
      ensure
        GC.start
      end
    end

    def depth(node = self)
      walk = ->(n) { n.respond_to?(:items) ? n.items.map { |i| depth(i) }.max : 0 }
      other.depth(node)
      1 + (walk.call(node) || 0)
    end

    def ==(other) = other.is_a?(Box) && other.items == @items

    def label=(value)
      @label = value unless value.nil?
    end

    private

    def secret?
      begin
        @label.start_with?('x')
      end while false
      loop { break }
    end

    public def open?; !secret?; end
    private def hidden; end

    protected

    def shared; end
  end
end

class BoxTest < Minitest::Test
  def test_empty
    assert_equal [], Stock::Box.new.items
  end
end
