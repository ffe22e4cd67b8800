import AccessLogs
import Configurations
import Foundation
import Testing

@Suite struct LogTimeTests {
  @Test func everyFormIsRead() {
    let cases: [(String, Double)] = [
      ("1796131262", 1_796_131_262), ("1796131262.5", 1_796_131_262.5),
      ("1796131262500", 1_796_131_262.5), ("01/Dec/2026:13:21:02 +0000", 1_796_131_262),
      ("[01/Dec/2026:13:21:02 +0000]", 1_796_131_262),
      ("01/Dec/2026:14:21:02 +0100", 1_796_131_262),
      ("01/Dec/2026:05:51:02 -0730", 1_796_131_262), ("01/Dec/2026:13:21:02.250", 1_796_131_262.25),
      ("2026-12-01T13:21:02Z", 1_796_131_262), ("2026-12-01T13:21:02.75+00:00", 1_796_131_262.75),
      ("2026-12-01T15:21:02+02:00", 1_796_131_262), ("2026-12-01 13:21:02", 1_796_131_262),
      ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:00:00Z", 951_825_600),
      ("2100-03-01T00:00:00Z", 4_107_542_400),
    ]
    for (text, seconds) in cases { #expect(LogTime.seconds(of: text) == seconds, "\(text)") }
  }

  /// Every day of 400 years, compared with the calendar of Foundation.
  @Test func everyDayIsThatOfTheCalendar() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    var wrong: [Int] = []
    for day in stride(from: 0, to: 146_097, by: 1) {
      let parts = calendar.dateComponents(
        [.year, .month, .day], from: Date(timeIntervalSince1970: Double(day) * 86_400))
      func two(_ number: Int?) -> String { String(format: "%02d", number ?? 0) }
      let date = "\(parts.year ?? 0)-\(two(parts.month))-\(two(parts.day))"
      let seconds = day * 86_400 + 1
      if LogTime.seconds(of: "\(date)T00:00:01Z") != Double(seconds)
        || utcText(seconds) != "\(date) 00:00:01 UTC"
      {
        wrong.append(day)
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(5))")
  }

  @Test(arguments: [
    "", "-", "yesterday", "12", "1.2.3", "99999999999", "01/Foo/2026:13:21:02 +0000",
    "32/Dec/2026:13:21:02 +0000", "29/Feb/2026:13:21:02 +0000", "01/Dec/2026:25:21:02 +0000",
    "01/Dec/2026:13:21:02 +9900", "01/Dec/2026:13:21", "2026-13-01T00:00:00Z",
    "2026-12-01T00:00:00.Z",
    "2026-12-01T00:00:00+1", "2026-12-01T00:00:00 CET", "1969-12-31T23:59:59Z", "+1796131262",
    "nan", "1e9",
    "١٢٣٤٥٦٧٨٩٠",
  ])
  func othersAreNoTimes(text: String) {
    #expect(LogTime.seconds(of: text) == nil)
  }
}

@Suite struct LiveSessionsTests {
  static func note(_ sessions: inout LiveSessions, _ id: String, _ server: Int, _ time: Double) {
    sessions.note(id.utf8.span, at: server, time: time)
  }

  @Test func theLatestRequestCounts() {
    var sessions = LiveSessions()
    #expect(sessions.live(on: [0], idle: 10) == [.init(count: 0, last: nil)])
    Self.note(&sessions, "a", 0, 100)
    Self.note(&sessions, "b", 1, 150)
    Self.note(&sessions, "a", 1, 160)
    // A line that stands later, of a request that began earlier.
    Self.note(&sessions, "a", 0, 155)
    Self.note(&sessions, "c", 0, 120)
    Self.note(&sessions, "d", 2, 170)
    #expect(sessions.count == 4 && sessions.times == 100...170)
    #expect(
      sessions.live(on: [0, 1, 2, 3], idle: 1000) == [
        .init(count: 1, last: 120), .init(count: 2, last: 160), .init(count: 1, last: 170),
        .init(count: 0, last: nil),
      ])
    // A session has ended when the time is over to the second.
    #expect(
      sessions.live(on: [0, 1], idle: 50) == [
        .init(count: 0, last: nil), .init(count: 2, last: 160),
      ])
    #expect(sessions.live(on: [0], idle: 50.5) == [.init(count: 1, last: 120)])
  }
}
