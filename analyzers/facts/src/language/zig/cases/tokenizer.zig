//! A tokenizer for a small configuration language.

const std = @import("std");
const Allocator = std.mem.Allocator;

/// Longest identifier that is accepted.
pub const max_identifier = 64;

pub const Error = error{ UnexpectedByte, TooLong };

/// What a token is.
pub const Kind = enum {
    name,
    number,
    text,
    end,

    /// True for tokens that carry a value.
    pub fn isValue(self: Kind) bool {
        return self == .number or self == .text;
    }
};

pub const Token = struct { kind: Kind, start: usize, stop: usize };

/// Reads tokens one after the other.
pub const Tokenizer = struct {
    source: []const u8,
    position: usize = 0,

    pub fn init(source: []const u8) Tokenizer {
        return .{ .source = source };
    }

    fn peek(self: *const Tokenizer) ?u8 {
        return if (self.position < self.source.len) self.source[self.position] else null;
    }

    /// The next token.
    pub fn next(self: *Tokenizer) Error!Token {
        // "a string" in a comment
        while (self.peek()) |byte| : (self.position += 1) {
            if (byte != ' ' and byte != '\n' and byte != '\t') break;
        }
        const start = self.position;
        const byte = self.peek() orelse return self.token(.end, start);
        switch (byte) {
            'a'...'z', 'A'...'Z', '_' => {
                try self.skipName();
                return self.token(.name, start);
            },
            '0'...'9' => {
                while (self.peek()) |digit| {
                    if (digit < '0' or digit > '9') {
                        break;
                    }
                    self.position += 1;
                }
                return self.token(.number, start);
            },
            '"' => return self.text(start),
            else => return error.UnexpectedByte,
        }
    }

    fn skipName(self: *Tokenizer) Error!void {
        var length: usize = 0;
        while (self.peek()) |byte| {
            if (std.ascii.isAlphanumeric(byte) or byte == '_') {
                length += 1;
            } else if (byte == '-' and length > 0) {
                length += 1;
            } else {
                break;
            }
            if (length > max_identifier) return error.TooLong;
            self.position += 1;
        }
    }

    fn text(self: *Tokenizer, start: usize) Token {
        self.position += 1;
        const stop = std.mem.indexOfScalarPos(u8, self.source, self.position, '"') orelse self.source.len;
        self.position = @min(stop + 1, self.source.len);
        return self.token(.text, start);
    }

    fn token(self: *const Tokenizer, kind: Kind, start: usize) Token {
        return .{ .kind = kind, .start = start, .stop = self.position };
    }
};

/// First index of `needle` among rows, or null.
pub fn find(rows: []const []const u32, needle: u32, limit: ?usize) ?usize {
    var seen: usize = 0;
    outer: for (rows, 0..) |row, index| {
        for (row) |cell| {
            if (cell == needle) return index;
            if (cell == 0) continue :outer;
            seen += 1;
        }
        if (seen > (limit orelse 1000)) break;
    } else {
        std.debug.print("// not found after {d}\n", .{seen});
    }
    const fallback = blk: {
        if (rows.len == 0) break :blk null;
        break :blk rows.len - 1;
    };
    return fallback;
}

fn gcd(a: u64, b: u64) u64 {
    return if (b == 0) a else gcd(b, a % b);
}

fn parsePort(text: []const u8) u16 {
    const number = std.fmt.parseInt(u32, text, 10) catch |err| switch (err) {
        error.Overflow => return 0,
        else => return 1,
    };
    const sign: i8 = switch (number) {
        0 => 0,
        1...65535 => 1,
        else => -1,
    };
    if (sign < 0) return 0 else return @intCast(number);
}

test "a name ends at a blank" {
    var tokenizer = Tokenizer.init("port = 80");
    const first = try tokenizer.next();
    try std.testing.expectEqual(Kind.name, first.kind);
}
