/// The part of the Lua program that is the same for all clusters and algorithms.
///
/// It runs once in each worker. The chunk that nginx runs with each request asks for the result first.
enum NginxLuaProgram {
  /// Reads settings, members and table; defines the hash.
  static let start = #"""
    local ffi = require "ffi"
    local bit = require "bit"
    local balancer = require "ngx.balancer"
    local band, bxor, lshift, rshift, arshift = bit.band, bit.bxor, bit.lshift, bit.rshift, bit.arshift

    -- Raised with each request until it is mended, so that the log keeps saying what to do.
    local function fail(problem, remedy)
      error("chash: " .. settings.cluster .. ": " .. problem .. "; " .. remedy, 0)
    end

    if not ffi.abi("le") then
      fail("this machine has the most significant byte first", "the engine lua is for the others")
    end

    -- Declared by each cluster; the second time changes nothing.
    pcall(ffi.cdef, [[
      unsigned XXH_versionNumber(void);
      uint64_t XXH3_64bits(const void *bytes, size_t count);
      uint64_t XXH3_64bits_withSeed(const void *bytes, size_t count, uint64_t seed);
    ]])
    local xxhash
    for _, name in ipairs { "libxxhash.so.0", "xxhash" } do
      local found, library = pcall(ffi.load, name)
      if found then
        xxhash = library
        break
      end
    end
    if not xxhash then
      fail("libxxhash cannot be loaded", "install it (Debian: libxxhash0) and reload nginx")
    end
    if xxhash.XXH_versionNumber() < 800 then
      fail("libxxhash is older than 0.8.0, where XXH3 is another function", "install a newer one")
    end

    -- The table, as numbers of 64 bits so that all of its parts are aligned.
    local words
    do
      local remedy = "write it again with 'chash generate nginx', and reload nginx"
      local file, problem = io.open(settings.table, "rb")
      if not file then fail(problem, remedy) end
      local bytes = file:read("*a")
      file:close()
      if not bytes or #bytes ~= settings.size
        or xxhash.XXH3_64bits(bytes, #bytes) ~= settings.digest
      then
        fail(settings.table .. " is another file than was written", remedy)
      end
      words = ffi.new("uint64_t[?]", (#bytes + 7) / 8)
      ffi.copy(words, bytes, #bytes)
    end
    -- After 16 bytes that mark the file.
    local first_word = words + 2

    -- Members have the numbers of the table, from 0.
    local hosts, ports, addresses, max_fails, fail_timeouts = {}, {}, {}, {}, {}
    local member_count = 0
    for line in members:gmatch("[^\n]+") do
      local port, most, seconds, host = line:match("^(%S+) (%d+) (%d+) (.+)$")
      hosts[member_count] = host or false
      if host then
        ports[member_count] = tonumber(port)
        -- As nginx prints it in $upstream_addr.
        addresses[member_count] = port == "-" and host or host .. ":" .. port
        max_fails[member_count] = tonumber(most)
        fail_timeouts[member_count] = tonumber(seconds)
      end
      member_count = member_count + 1
    end

    local hash
    if settings.seed == 0ULL then
      local function plain(key) return xxhash.XXH3_64bits(key, #key) end
      hash = plain
    else
      local seed = settings.seed
      local function seeded(key) return xxhash.XXH3_64bits_withSeed(key, #key, seed) end
      hash = seeded
    end

    -- The hashes that follow a hash: XXH3 of its eight bytes under the seeds 1, 2, ...
    local eight = ffi.new("uint64_t[1]")
    local function rehash(h, t)
      if t == 0 then return h end
      eight[0] = h
      return xxhash.XXH3_64bits_withSeed(eight, 8, t)
    end

    -- How many hashes in a row may bring nothing new.
    local PATIENCE = 64

    """#

  /// Marks failures, tries the next of the preference, and sets the server.
  ///
  /// It needs `first(h)`, a member or nil, and `walk(h, visit)`, which visits members until told to stop.
  static let end = #"""

    local now = ngx.now
    local variables = ngx.var
    local get_last_failure, set_current_peer = balancer.get_last_failure, balancer.set_current_peer

    -- When a member that has failed may be tried again; 0 for all others, which is one look for most requests.
    local out_until, failures, failed_at, is_on_trial = {}, {}, {}, {}
    for m = 0, member_count - 1 do
      out_until[m], failures[m], failed_at[m], is_on_trial[m] = 0, 0, 0, false
    end

    -- A request that tries a failed server may wait for it. The others follow after so many seconds.
    local TRIAL = 3

    local function is_out(m)
      local time = out_until[m]
      if time == 0 then return false end
      if now() < time then return true end
      if is_on_trial[m] then
        out_until[m], failures[m], is_on_trial[m] = 0, 0, false
      else
        out_until[m], is_on_trial[m] = now() + TRIAL, true
      end
      return false
    end

    -- As nginx does it: max_fails failures, of which each comes within fail_timeout of the one before.
    local function note_failure(m)
      if max_fails[m] == 0 then return end
      local time = now()
      if time - failed_at[m] > fail_timeouts[m] then failures[m] = 0 end
      failures[m], failed_at[m] = failures[m] + 1, time
      if failures[m] >= max_fails[m] or is_on_trial[m] then
        out_until[m], is_on_trial[m] = time + fail_timeouts[m], false
      end
    end

    -- The first of the preference that was not tried; if possible one that has not failed.
    -- One request chooses at a time, so what it has found can stand here: a function made for each would
    -- keep the compiler of LuaJIT away from all that leads here.
    local tried, chosen, spare
    local function consider(m)
      if not hosts[m] or tried and tried[addresses[m]] then return false end
      if is_out(m) then
        spare = spare or m
        return false
      end
      chosen = m
      return true
    end
    local function choose(h, already)
      tried, chosen, spare = already, nil, nil
      walk(h, consider)
      return chosen or spare
    end

    -- What this request has tried, which nginx keeps: addresses with commas between them, those of an
    -- earlier upstream before a colon, and a colon at the end where the next one will stand.
    local function choose_again(h, failure)
      local text = (variables.upstream_addr or ""):gsub(" : $", ""):gsub("^.* : ", "")
      local already, last = {}, nil
      for address in text:gmatch("[^ ,]+") do
        already[address], last = true, address
      end
      if failure == "failed" then
        for m = 0, member_count - 1 do
          if hosts[m] and addresses[m] == last then note_failure(m) end
        end
      end
      return choose(h, already)
    end

    local key_name = settings.key
    local function route()
      local h = hash(variables[key_name] or "")
      local failure = get_last_failure()
      local m
      if failure then
        m = choose_again(h, failure)
        if not m then return ngx.exit(502) end
      else
        m = first(h)
        if not m or out_until[m] ~= 0 then m = choose(h) end
      end
      local is_set, problem = set_current_peer(hosts[m], ports[m])
      if not is_set then fail(addresses[m] .. " cannot be set: " .. problem, "check the address") end
    end

    -- Pointers into the table do not keep it in memory; this does.
    package.loaded[name .. " table"] = words
    package.loaded[name] = route
    return route()
    """#
}
