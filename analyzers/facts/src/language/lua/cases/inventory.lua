#!/usr/bin/env lua
--- Stock keeping for a small shop.
-- The module table is returned at the end.

local json = require("json")
local MAX_ITEMS = 250 -- upper bound of one shelf

local M = {}
M.__index = M

--- Creates an empty shelf.
-- @param name what the shelf is called
function M.new(name)
  return setmetatable({ name = name or "shelf", items = {}, size = 0 }, M)
end

--- Puts some pieces of an article on the shelf.
function M:add(article, count)
  if not article or article == "" then
    return nil, "no article -- not a comment"
  elseif count <= 0 then
    return nil, 'count must be positive'
  elseif self.size + count > MAX_ITEMS and not self.unlimited or self.locked then
    return nil, [[shelf is full
-- still the same string]]
  else
    self.items[article] = (self.items[article] or 0) + count
  end
  self.size = self.size + count
  return self.items[article]
end

-- Counts the nodes of a tree of crates.
local function depth(crate)
  local deepest = 0
  for _, inner in ipairs(crate.inner or {}) do
    local d = depth(inner)
    if d > deepest then
      deepest = d
    end
  end
  return deepest + 1
end

--[[ Finds the first article that runs short.
     Skips what is not for sale. ]]
M.first_short = function(self, limit, ...)
  local skip = { ... }
  for article, count in pairs(self.items) do
    for i = 1, #skip do
      if skip[i] == article then
        goto continue
      end
    end
    if count < limit then
      return article
    end
    ::continue::
  end
end

local handlers = {
  sold = function(shelf, article)
    shelf.items[article] = shelf.items[article] - 1
  end,
  returned = function(shelf, article, broken)
    if broken then return end
    shelf:add(article, 1)
  end,
}

--- Applies the events of a day in order.
function M:replay(events)
  local failed = 0
  local function note(event, reason)
    if reason then
      failed = failed + 1
      table.insert(event.log, reason)
    end
  end
  table.sort(events, function(a, b)
    if a.day ~= b.day then
      return a.day < b.day
    end
    return a.hour < b.hour
  end)
  local i = 1
  while i <= #events do
    local event = events[i]
    local handler = handlers[event.kind]
    if handler then
      local ok, reason = pcall(handler, self, event.article)
      if not ok then note(event, reason) end
    else
      note(event, "unknown " .. tostring(event.kind))
    end
    i = i + 1
  end
  repeat
    failed = failed - 1
  until failed <= 0 or not (self.strict and self.size > 0)
  return failed
end

function M.nothing() end

M.depth = depth
M.encode = function(shelf) return json.encode(shelf) end

return M
