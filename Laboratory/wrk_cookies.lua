-- Each request of wrk presents the next cookie of the file that the variable COOKIES names. Several
-- threads would all begin with the first; the laboratory uses one.

local cookies = {}
for line in io.lines(os.getenv("COOKIES")) do
  cookies[#cookies + 1] = wrk.format("GET", "/", { Host = "shop.example", Cookie = line })
end

local at = 0
function request()
  at = at % #cookies + 1
  return cookies[at]
end
