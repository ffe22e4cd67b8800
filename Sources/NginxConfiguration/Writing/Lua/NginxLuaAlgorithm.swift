/// The parts of the Lua program that place keys, one for each algorithm; see `docs/hashing.md`.
enum NginxLuaAlgorithm {
  /// The owner of the first point at or after the hash.
  static let ketama = #"""
    local count, shift = settings.points, 64 - settings.bits
    local values = first_word
    local starts = ffi.cast("uint32_t *", values + count)
    local owners = starts + lshift(1, settings.bits) + 1

    local function position(h)
      local bucket = tonumber(rshift(h, shift))
      local place, bound = starts[bucket], starts[bucket + 1]
      while place < bound and values[place] < h do place = place + 1 end
      return place == count and 0 or place
    end

    local function first(h) return owners[position(h)] end

    local function walk(h, visit)
      local met, start = {}, position(h)
      for step = 0, count - 1 do
        local m = owners[(start + step) % count]
        if not met[m] then
          met[m] = true
          if visit(m) then return end
        end
      end
    end
    """#

  /// The member of the slot of the hash.
  static let maglev = #"""
    local slots = settings.slots
    local members_of_slots = ffi.cast("uint32_t *", first_word)
    local wide_slots = ffi.cast("uint64_t", slots)

    -- The high half of the product of hash and table size; no part of it has more than 64 bits.
    local function slot(h)
      local low = rshift(band(h, 0xffffffffULL) * wide_slots, 32)
      return tonumber(rshift(rshift(h, 32) * wide_slots + low, 32))
    end

    local function first(h)
      local m = members_of_slots[slot(h)]
      return hosts[m] and m or nil
    end

    local function walk(h, visit)
      local met, met_count, last, misses, t = {}, 0, 0, 0, 0
      while misses < PATIENCE and met_count < member_count do
        local m = members_of_slots[slot(rehash(h, t))]
        t = t + 1
        if met[m] then
          misses = misses + 1
        else
          met[m], met_count, last, misses = true, met_count + 1, m, 0
          if visit(m) then return end
        end
      end
      for step = 1, member_count - 1 do
        local m = (last + step) % member_count
        if not met[m] and visit(m) then return end
      end
    end
    """#

  /// Jump over slots that may be vacant.
  static let jump = #"""
    local slots = settings.slots
    local owners = ffi.cast("uint32_t *", first_word)
    local VACANT = 0xffffffff
    local floor = math.floor

    local function slot(h)
      local b, j = -1, 0
      while j < slots do
        b = j
        h = h * 2862933555777941757ULL + 1
        j = floor((b + 1) * (2147483648 / (tonumber(rshift(h, 33)) + 1)))
      end
      return b
    end

    local function first(h)
      local m = owners[slot(h)]
      if m ~= VACANT then return m end
    end

    -- Visits the owner of a slot that is met for the first time.
    local function meet(place, seen, visit)
      local m = owners[place]
      if m == VACANT or seen[m] then return false end
      seen[m] = true
      return visit(m)
    end

    local function walk(h, visit)
      local met, met_count, seen, last, misses, t = {}, 0, {}, 0, 0, 0
      while misses < PATIENCE and met_count < slots do
        local place = slot(rehash(h, t))
        t = t + 1
        if met[place] then
          misses = misses + 1
        else
          met[place], met_count, last, misses = true, met_count + 1, place, 0
          if meet(place, seen, visit) then return end
        end
      end
      for step = 1, slots - 1 do
        if met_count == slots then return end
        local place = (last + step) % slots
        if not met[place] then
          met[place], met_count = true, met_count + 1
          if meet(place, seen, visit) then return end
        end
      end
    end
    """#

  /// The best score; with several weights the least cost.
  static let rendezvous = #"""
    local count = settings.candidates
    local parts = first_word
    local weights = ffi.cast("double *", parts + count)
    local numbers = ffi.cast("uint32_t *", weights + count)

    -- XXH3 of eight bytes is one mixing step of what depends on the key and what depends on the seed.
    local FACTOR = 0x9fb21c651e98df25ULL
    local function key_part(h)
      h = bit.rol(h, 32)
      return bxor(h, bit.rol(h, 49), bit.rol(h, 24))
    end
    local function score(key, place)
      local x = bxor(key, parts[place]) * FACTOR
      x = bxor(x, rshift(x, 35) + 8) * FACTOR
      return bxor(x, rshift(x, 28))
    end

    -- The negative logarithm in the order of steps that docs/hashing.md has. Only on x86-64 is a
    -- multiplication never fused with an addition by the compiler; elsewhere it is interpreted.
    local both = ffi.new("union { double number; uint64_t bits; int64_t whole; }")
    local function remainder(f, s, d)
      local g = 134217729 * s
      local s1 = g - (g - s)
      local s2 = s - s1
      g = 134217729 * d
      local d1 = g - (g - d)
      local d2 = d - d1
      local q = s * d
      return (f - q) - ((((s1 * d1 - q) + s1 * d2) + s2 * d1) + s2 * d2)
    end
    local function negative_logarithm(x)
      both.number = x
      local bits = both.bits
      local offset = bits - 0x3fe6a09e667f3bcdULL
      both.bits = offset
      local e = tonumber(arshift(both.whole, 52))
      both.bits = bits - band(offset, 0xfff0000000000000ULL)
      local m = both.number
      local f = m - 1
      local d = 2 + f
      local low = f - (d - 2)
      local s = f / d
      local s_low = (remainder(f, s, d) - s * low) / d
      local z = s * s
      local p = 1 / 25
      p = p * z + 1 / 23
      p = p * z + 1 / 21
      p = p * z + 1 / 19
      p = p * z + 1 / 17
      p = p * z + 1 / 15
      p = p * z + 1 / 13
      p = p * z + 1 / 11
      p = p * z + 1 / 9
      p = p * z + 1 / 7
      p = p * z + 1 / 5
      p = p * z + 1 / 3
      local tail = s * (z * p)
      local a = -e * 0x1.62e42fefa39p-1
      local c = -2 * s
      local sum = a + c
      local sum_low = a == 0 and 0 or c - (sum - a)
      return sum + ((sum_low - e * 0x1.de6af278ece6p-46) - 2 * (s_low + tail))
    end
    if jit.arch ~= "x64" then
      jit.off(remainder)
      jit.off(negative_logarithm)
    end
    local function cost(score, place)
      return negative_logarithm((tonumber(rshift(score, 11)) + 0.5) * 0x1p-53) / weights[place]
    end

    local best = ffi.new("uint64_t[1]")
    local function highest(key, from, to)
      local place = from
      best[0] = score(key, from)
      for other = from + 1, to - 1 do
        local bid = score(key, other)
        if bid > best[0] then
          best[0] = bid
          place = other
        end
      end
      return place
    end

    -- Among members of one weight the largest score has the least cost: one logarithm for each weight.
    local ends = {}
    for place = 0, count - 1 do
      if place == count - 1 or weights[place] ~= weights[place + 1] then ends[#ends + 1] = place + 1 end
    end

    -- Whether one candidate comes before another: ties go to the larger score, then to the smaller id.
    local function is_before(cost_a, score_a, a, cost_b, score_b, b)
      if cost_a ~= cost_b then return cost_a < cost_b end
      if score_a ~= score_b then return score_a > score_b end
      return numbers[a] < numbers[b]
    end

    local function is_better(a, b) return is_before(a[1], a[2], a[3], b[1], b[2], b[3]) end

    local first
    if settings.even then
      function first(h) return numbers[highest(key_part(h), 0, count)] end
    else
      function first(h)
        local key, from = key_part(h), 0
        local chosen, chosen_cost, chosen_score
        for class = 1, #ends do
          local place = highest(key, from, ends[class])
          local bid = score(key, place)
          local price = cost(bid, place)
          if not chosen or is_before(price, bid, place, chosen_cost, chosen_score, chosen) then
            chosen, chosen_cost, chosen_score = place, price, bid
          end
          from = ends[class]
        end
        return numbers[chosen]
      end
    end

    local function walk(h, visit)
      local key, bids = key_part(h), {}
      for place = 0, count - 1 do
        local bid = score(key, place)
        bids[place + 1] = { settings.even and 0 or cost(bid, place), bid, place }
      end
      table.sort(bids, is_better)
      for _, bid in ipairs(bids) do
        if visit(numbers[bid[3]]) then return end
      end
    end
    """#
}
