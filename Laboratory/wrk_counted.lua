-- As wrk_cookies.lua, and it counts which server each answer names, and how many answers set a cookie, which
-- says that a session has moved. The last line is JSON.

dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "wrk_cookies.lua")

servers = {}
moved = 0
function response(status, headers, body)
  local server = status == 200 and body:match("^%S+") or tostring(status)
  servers[server] = (servers[server] or 0) + 1
  if headers["Set-Cookie"] then
    moved = moved + 1
  end
end

local thread
function setup(one)
  thread = one
end

function done(summary, latency)
  local counts = {}
  for server, count in pairs(thread:get("servers")) do
    counts[#counts + 1] = string.format('"%s": %d', server, count)
  end
  print(string.format('{"requests": %d, "seconds": %.3f, "p50": %.3f, "p99": %.3f, "moved": %d, "servers": {%s}}',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    thread:get("moved"), table.concat(counts, ", ")))
end
