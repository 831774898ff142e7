import Foundation
@testable import Store

/// Longest key that is kept.
let maxKeyLength = 64

typealias Loader = (String) throws -> Int?

/// What can be stored.
protocol Storable: AnyObject {
    associatedtype Key
    var key: Key { get }
    func encode(into buffer: inout [UInt8], padding: Int) -> Bool
}

enum StoreError: Error {
    case missing(String)
    case full
    case broken(code: Int)

    /// How bad it is.
    var severity: Int {
        switch self {
        case .missing, .full:
            return 1
        case .broken(let code) where code > 100:
            return 3
        case .broken:
            return 2
        }
    }
}

/**
 Keeps numbers by name.
 */
public final class Store {
    private var items: [String: Int] = [:]
    public static let shared = Store(limit: 10)
    var limit: Int {
        willSet { print("from \(limit) to \(newValue)") }
        didSet {
            if limit < 0 { limit = oldValue }
        }
    }

    init(limit: Int) {
        self.limit = limit
    }

    convenience init?(names: [String]?) {
        guard let names = names, !names.isEmpty else { return nil }
        self.init(limit: names.count)
    }

    deinit {
        items.removeAll()
    }

    var count: Int {
        get { return items.count }
        set {
            while items.count > newValue, let first = items.keys.first {
                items[first] = nil
            }
        }
    }

    subscript(name: String) -> Int {
        return items[name] ?? -1
    }

    /// Loads everything.
    @discardableResult
    public func load(_ names: [String], with loader: Loader, strict: Bool = false) throws -> Int {
        var loaded = 0
        outer: for name in names where !name.isEmpty {
            do {
                guard let value = try loader(name) else {
                    continue outer
                }
                if items.count >= limit && strict || value < 0 {
                    throw StoreError.full
                } else if value == 0 {
                    break outer
                } else if name.hasPrefix("_") {
                    loaded += 0
                } else {
                    items[name] = value
                    loaded += 1
                }
            } catch StoreError.broken(let code) where code == 7 {
                return loaded
            } catch {
                print("skipped // \(describe(loaded, error: error))")
            }
        }
        return loaded
    }

    fileprivate func describe(_ number: Int, error: Error?) -> String {
        let text = """
            /* number */ \(number)
            """
        switch (number, error) {
        case (0, nil):
            return "none"
        case (1...9, _), (-9 ..< 0, _):
            return number > 0 ? "few" : (text.isEmpty ? "debt" : text)
        default:
            fallthrough
        case (_, .some):
            return #"raw "text" \n"#
        }
    }

    /* Sums what
       passes /* nested */ the filter. */
    func total(filter: (Int) -> Bool = { $0 > 0 }) -> Int {
        func deep(_ n: Int) -> Int {
            return n <= 0 ? 0 : 1 + deep(n - 1)
        }
        let big = items.values.filter { value in
            if value > 10 {
                return filter(value)
            }
            return false
        }
        var sum = 0
        repeat {
            sum += deep(big.count)
        } while sum < 3 && !big.isEmpty
        return sum
    }
}

extension Store {
    func merge(_ other: Store?, _ keep: Bool) {
        for (name, value) in other?.items ?? [:] {
            items[name] = keep ? items[name] ?? value : value
        }
    }
}

struct Pair<T> {
    var a: T, b: T
    static func == (left: Pair, right: Pair) -> Bool { true }
}

final class StoreTests: XCTestCase {
    func testCount() throws {
        let store = try XCTUnwrap(Store(names: ["a"]))
        XCTAssertEqual(store.count, 0)
    }
}
