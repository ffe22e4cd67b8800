import Configurations
import ConsistentHashing
import NginxConfiguration
import Testing

@Suite struct NginxVariableTests {
  @Test(arguments: [
    (KeySource.cookie("sid_2"), "$cookie_sid_2"), (.cookie("SID"), "$cookie_SID"),
    (.argument("user"), "$arg_user"), (.header("X-User-ID"), "$http_x_user_id"),
    (.header("host"), "$http_host"), (.remoteAddress, "$remote_addr"), (.uri, "$request_uri"),
  ])
  func namesTheVariable(_ key: KeySource, _ text: String) throws {
    #expect(try NginxVariable.text(for: key, context: .http) == text)
  }

  @Test func aStreamKnowsTheAddressOnly() throws {
    #expect(try NginxVariable.text(for: .remoteAddress, context: .stream) == "$remote_addr")
    for key: KeySource in [.cookie("a"), .argument("a"), .header("a"), .uri] {
      #expect(throws: EmissionError.self) { try NginxVariable(key, context: .stream) }
    }
  }

  @Test(arguments: [
    (
      KeySource.cookie("session-id"),
      "nginx has no variable for the cookie 'session-id'; "
        + "rename the cookie; names in variables have letters, digits and '_' only"
    ),
    (
      .argument("a.b"),
      "nginx has no variable for the argument 'a.b'; "
        + "rename the argument; names in variables have letters, digits and '_' only"
    ),
    (
      .header("X_User"),
      "nginx drops the header 'X_User' because of its '_'; "
        + "rename it with '-' (nginx reads '_' only with underscores_in_headers on)"
    ),
    (
      .header("X.User"),
      "nginx has no variable for the header 'X.User'; "
        + "rename the header; names in variables have letters, digits and '-' only"
    ),
    (
      .cookie(""),
      "nginx has no variable for the cookie ''; "
        + "rename the cookie; names in variables have letters, digits and '_' only"
    ),
    (
      .argument(String(repeating: "a", count: 4000)),
      "the name of the key has 4004 bytes; nginx's buffer is 4096 bytes long; use a shorter name"
    ),
  ])
  func refusesWhatNginxWouldReadDifferently(_ key: KeySource, _ message: String) {
    let error = #expect(throws: EmissionError.self) {
      try NginxVariable(key, context: .http)
    }
    #expect(error?.description == message)
    #expect(error?.subject == .key)
  }

  @Test func noNameBreaksOut() {
    let names = [
      "a;", "a b", "a{", "a}", "a$b", "a\"", "a'", "a#", "a\\", "a\n", "é", "{a}", "a\0",
    ]
    for name in names {
      for key: KeySource in [.cookie(name), .argument(name), .header(name)] {
        #expect(throws: EmissionError.self) { try NginxVariable(key, context: .http) }
      }
    }
  }
}
