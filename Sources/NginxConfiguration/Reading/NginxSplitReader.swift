internal import Configurations

/// Reads one `split_clients` block by nginx's rules.
///
/// Follows `ngx_http_split_clients_module.c`, which is the same for `stream`.
struct NginxSplitReader {
  var block: NginxSplitBlock
  /// What nginx says, in its order.
  var problems: [ConfigurationProblem] = []

  /// Reads a block.
  init(
    _ statement: NginxStatement, _ body: NginxBlock, context: NginxContext, version: NginxVersion,
    at location: ConfigurationLocation
  ) {
    let arguments = statement.arguments.map(\.bytes)
    let name = arguments[1]
    block = NginxSplitBlock(
      variable: String(decoding: name.dropFirst(), as: UTF8.self), context: context,
      location: location, range: statement.range)
    read(arguments, body, version: version)
  }

  private mutating func read(_ arguments: [[UInt8]], _ body: NginxBlock, version: NginxVersion) {
    let since = block.context == .http ? NginxVersion(0, 8, 37) : NginxVersion(1, 11, 3)
    guard version >= since else {
      return fail(
        "unknown directive \"split_clients\"", remedy: "it needs nginx \(since)", block.location)
    }
    do {
      block.key = try NginxKey(arguments[0])
    } catch {
      return fail(error.message, block.location)
    }
    let name = arguments[1]
    guard name.first == UInt8(ascii: "$"), name.count > 1 else {
      let shown = String(decoding: name, as: UTF8.self)
      return fail("invalid variable name \"\(shown)\"", block.location)
    }
    readParts(body, file: block.location.file)
    block.givesRemainderToLast = version >= .remainderToLast
  }

  private mutating func readParts(_ body: NginxBlock, file: String) {
    var sum = 0
    var isTooMuch = false
    for item in body.items {
      guard case .statement(let statement) = item else { continue }
      let location = ConfigurationLocation(file: file, line: statement.line)
      guard statement.block == nil else { return fail("unexpected \"{\"", location) }
      let percent = statement.words[0].bytes
      guard let hundredths = Self.hundredths(percent) else {
        let shown = String(decoding: percent, as: UTF8.self)
        return fail(
          "invalid percent value \"\(shown)\"",
          remedy: "write 0.01% to 100% with at most two decimals, or *", location)
      }
      sum = hundredths == 0 ? 10_000 : sum + hundredths
      if sum > 10_000 { isTooMuch = true }
      block.parts.append(
        NginxSplitLine(
          percent: String(decoding: percent, as: UTF8.self),
          value: statement.arguments.first?.text, location: location))
    }
    if isTooMuch {
      fail(
        "percent total is greater than 100%",
        ConfigurationLocation(file: file, line: body.endLine))
    }
  }

  /// The number of hundredths of a percent that nginx reads; 0 for `*`, nil if it rejects the text.
  ///
  /// nginx keeps the lower 32 bits of larger numbers (`ngx_atofp`).
  private static func hundredths(_ text: [UInt8]) -> Int? {
    if text.elementsEqual("*".utf8) { return 0 }
    guard text.last == UInt8(ascii: "%") else { return nil }
    let digits = text.dropLast()
    let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard !digits.isEmpty, parts.count <= 2, parts.count == 1 || parts[1].count <= 2 else {
      return nil
    }
    let decimals = parts.count == 2 ? Array(parts[1]) : []
    let padding = [UInt8](repeating: UInt8(ascii: "0"), count: 2 - decimals.count)
    guard let value = NginxNumber.integer(parts[0] + decimals + padding), value != 0 else {
      return nil
    }
    return value & 0xFFFF_FFFF
  }

  private mutating func fail(
    _ message: String, remedy: String? = nil, _ location: ConfigurationLocation
  ) {
    let problem = ConfigurationProblem(
      severity: .error, message: message, remedy: remedy, location: location)
    problems.append(problem)
    if block.flaw == nil { block.flaw = problem }
  }
}
