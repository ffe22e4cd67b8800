import Foundation
import Testing

/// Logs of HAProxy 2.6.12 with formats of its configuration, as it wrote them on loopback.
///
/// The servers of the lines are those that HAProxy picked, so `verify` has to agree with all of them.
@Suite struct HAProxyLogTests {
  static let configuration = """
    defaults
        mode http
        timeout client 5s
        timeout server 5s
        timeout connect 5s
        log 127.0.0.1:5555 local0
    frontend web
        bind 127.0.0.1:8081
        log-format "%ci:%cp [%tr] %ft %b/%s %ST %{+Q}r %[capture.req.hdr(1)] cook=%CC %hr %hs"
        capture request header User-Agent len 64
        capture request header X-User len 64
        capture cookie sid len 64
        use_backend byuser if { path_beg /u }
        default_backend app
    frontend plain
        bind 127.0.0.1:8082
        option httplog
        capture request header X-User len 64
        default_backend byuser
    frontend js
        bind 127.0.0.1:8083
        log-format '{"ip":"%ci","uri":"%HU","user":"%[capture.req.hdr(0)]","srv":"%s","be":"%b"}'
        capture request header X-User len 64
        default_backend byuser
    backend app
        balance hdr(User-Agent)
        hash-type consistent
        server s1 127.0.0.1:9001
        server s2 127.0.0.1:9002
    backend byuser
        balance hdr(X-User)
        hash-type consistent
        server s1 127.0.0.1:9001
        server s2 127.0.0.1:9002
        server s3 127.0.0.1:9003
    """

  static let ownFormat = #"""
    <134>Nov 26 00:45:09 haproxy[10965]: 127.0.0.1:56682 [26/Nov/2026:00:45:09.143] web app/s1 200 "GET /p0 HTTP/1.1" - cook=sid=c0 {agent 0 (x#7Cy) #22q#22 #7Bz#7D|} 
    <134>Nov 26 00:45:09 haproxy[10965]: 127.0.0.1:56694 [26/Nov/2026:00:45:09.144] web byuser/s2 200 "GET /u/1?x=1 HTTP/1.1" user1 cook=sid=c1 {agent 1 (x#7Cy) #22q#22 #7Bz#7D|user1} 
    <134>Nov 26 00:45:09 haproxy[10965]: 127.0.0.1:56702 [26/Nov/2026:00:45:09.145] web app/s1 200 "GET /p2 HTTP/1.1" user2 cook=sid=c2 {agent 2 (x#7Cy) #22q#22 #7Bz#7D|user2} 
    <134>Nov 26 00:45:09 haproxy[10965]: 127.0.0.1:56704 [26/Nov/2026:00:45:09.146] web byuser/s3 200 "GET /u/3?x=1 HTTP/1.1" user3 cook=sid=c3 {agent 3 (x#7Cy) #22q#22 #7Bz#7D|user3} 
    <134>Nov 26 00:45:09 haproxy[10965]: 127.0.0.1:56716 [26/Nov/2026:00:45:09.147] web app/s1 200 "GET /p4 HTTP/1.1" user 4|é cook=sid=c4 {agent 4 (x#7Cy) #22q#22 #7Bz#7D|user 4#7C#C3#A9} 
    <134>Nov 26 00:45:09 haproxy[10965]: 127.0.0.1:56726 [26/Nov/2026:00:45:09.148] web byuser/s3 200 "GET /u/5?x=1 HTTP/1.1" - cook=sid=c5 {agent 5 (x#7Cy) #22q#22 #7Bz#7D|} 
    <134>Nov 26 00:45:09 haproxy[10965]: 127.0.0.1:56730 [26/Nov/2026:00:45:09.149] web app/s1 200 "GET /p6 HTTP/1.1" user6 cook=sid=c6 {agent 6 (x#7Cy) #22q#22 #7Bz#7D|user6} 
    <134>Nov 26 00:45:09 haproxy[10965]: 127.0.0.1:56746 [26/Nov/2026:00:45:09.150] web byuser/s1 200 "GET /u/7?x=1 HTTP/1.1" user7 cook=sid=c7 {agent 0 (x#7Cy) #22q#22 #7Bz#7D|user7} 
    <134>Nov 26 00:45:09 haproxy[10965]: 127.0.0.1:56748 [26/Nov/2026:00:45:09.151] web app/s2 200 "GET /p8 HTTP/1.1" user 8|é cook=sid=c8 {agent 1 (x#7Cy) #22q#22 #7Bz#7D|user 8#7C#C3#A9} 
    <134>Nov 26 00:45:09 haproxy[10965]: 127.0.0.1:56758 [26/Nov/2026:00:45:09.152] web byuser/s1 200 "GET /u/9?x=1 HTTP/1.1" user9 cook=sid=c9 {agent 2 (x#7Cy) #22q#22 #7Bz#7D|user9} 

    """#

  static let httplog = #"""
    <134>Nov 26 00:45:09 haproxy[10965]: 127.0.0.1:42790 [26/Nov/2026:00:45:09.200] plain byuser/s1 0/0/0/0/0 200 116 - - ---- 1/1/0/0/0 0/0 {} "GET /p0 HTTP/1.1"
    <134>Nov 26 00:45:09 haproxy[10965]: 127.0.0.1:42806 [26/Nov/2026:00:45:09.200] plain byuser/s2 0/0/0/0/0 200 116 - - ---- 1/1/0/0/0 0/0 {user1} "GET /u/1?x=1 HTTP/1.1"
    <134>Nov 26 00:45:09 haproxy[10965]: 127.0.0.1:42820 [26/Nov/2026:00:45:09.201] plain byuser/s2 0/0/0/0/0 200 116 - - ---- 1/1/0/0/0 0/0 {user2} "GET /p2 HTTP/1.1"
    <134>Nov 26 00:45:09 haproxy[10965]: 127.0.0.1:42828 [26/Nov/2026:00:45:09.202] plain byuser/s3 0/0/0/0/0 200 116 - - ---- 1/1/0/0/0 0/0 {user3} "GET /u/3?x=1 HTTP/1.1"
    <134>Nov 26 00:45:09 haproxy[10965]: 127.0.0.1:42836 [26/Nov/2026:00:45:09.203] plain byuser/s3 0/0/0/0/0 200 116 - - ---- 1/1/0/0/0 0/0 {user 4#7C#C3#A9} "GET /p4 HTTP/1.1"
    <134>Nov 26 00:45:09 haproxy[10965]: 127.0.0.1:42846 [26/Nov/2026:00:45:09.204] plain byuser/s2 0/0/0/0/0 200 116 - - ---- 1/1/0/0/0 0/0 {} "GET /u/5?x=1 HTTP/1.1"
    <134>Nov 26 00:45:09 haproxy[10965]: 127.0.0.1:42850 [26/Nov/2026:00:45:09.205] plain byuser/s3 0/0/0/0/0 200 116 - - ---- 1/1/0/0/0 0/0 {user6} "GET /p6 HTTP/1.1"
    <134>Nov 26 00:45:09 haproxy[10965]: 127.0.0.1:42866 [26/Nov/2026:00:45:09.205] plain byuser/s1 0/0/0/0/0 200 116 - - ---- 1/1/0/0/0 0/0 {user7} "GET /u/7?x=1 HTTP/1.1"
    <134>Nov 26 00:45:09 haproxy[10965]: 127.0.0.1:42882 [26/Nov/2026:00:45:09.206] plain byuser/s3 0/0/0/0/0 200 116 - - ---- 1/1/0/0/0 0/0 {user 8#7C#C3#A9} "GET /p8 HTTP/1.1"
    <134>Nov 26 00:45:09 haproxy[10965]: 127.0.0.1:42884 [26/Nov/2026:00:45:09.207] plain byuser/s1 0/0/0/0/0 200 116 - - ---- 1/1/0/0/0 0/0 {user9} "GET /u/9?x=1 HTTP/1.1"

    """#

  static let object = #"""
    <134>Nov 26 00:45:09 haproxy[10965]: {"ip":"127.0.0.1","uri":"/p0","user":"-","srv":"s2","be":"byuser"}
    <134>Nov 26 00:45:09 haproxy[10965]: {"ip":"127.0.0.1","uri":"/u/1?x=1","user":"user1","srv":"s2","be":"byuser"}
    <134>Nov 26 00:45:09 haproxy[10965]: {"ip":"127.0.0.1","uri":"/p2","user":"user2","srv":"s2","be":"byuser"}
    <134>Nov 26 00:45:09 haproxy[10965]: {"ip":"127.0.0.1","uri":"/u/3?x=1","user":"user3","srv":"s3","be":"byuser"}
    <134>Nov 26 00:45:09 haproxy[10965]: {"ip":"127.0.0.1","uri":"/p4","user":"user 4|é","srv":"s3","be":"byuser"}
    <134>Nov 26 00:45:09 haproxy[10965]: {"ip":"127.0.0.1","uri":"/u/5?x=1","user":"-","srv":"s3","be":"byuser"}
    <134>Nov 26 00:45:09 haproxy[10965]: {"ip":"127.0.0.1","uri":"/p6","user":"user6","srv":"s3","be":"byuser"}
    <134>Nov 26 00:45:09 haproxy[10965]: {"ip":"127.0.0.1","uri":"/u/7?x=1","user":"user7","srv":"s1","be":"byuser"}
    <134>Nov 26 00:45:09 haproxy[10965]: {"ip":"127.0.0.1","uri":"/p8","user":"user 8|é","srv":"s3","be":"byuser"}
    <134>Nov 26 00:45:09 haproxy[10965]: {"ip":"127.0.0.1","uri":"/u/9?x=1","user":"user9","srv":"s1","be":"byuser"}

    """#

  @Test(arguments: [
    ("app", ownFormat, 5, "the log of frontend web; the key is header:User-Agent"),
    ("byuser", ownFormat, 4, "the log of frontend web; the key is header:X-User"),
    ("byuser", httplog, 8, "the log of frontend plain; the key is header:X-User"),
    ("byuser", object, 8, "the log of frontend js; the key is header:X-User"),
  ])
  func requestsWentWhereTheHashSays(
    backend: String, log: String, compared: Int, remark: String
  ) async throws {
    try await Folder.with(["h.cfg": Self.configuration, "log": log]) { (folder: Folder) in
      let outcome = try await ChashProgram.run(
        ["verify", "h.cfg#\(backend)", "--log", "log", "--at-least", "100", "--format", "json"],
        in: folder)
      #expect(outcome.status == 0, "\(outcome)")
      #expect(outcome.output.contains("\"requests\": \(compared)"), "\(outcome)")
      #expect(outcome.errors.contains("chash: log: read as \(remark)\n"), "\(outcome)")
    }
  }

  /// What is not captured is not in the log.
  @Test func theRemedyIsOfHAProxy() async throws {
    try await Folder.with(["h.cfg": Self.configuration, "log": Self.httplog]) { (folder: Folder) in
      let outcome = try await ChashProgram.run(
        ["balance", "h.cfg#app", "--keys", "log"], in: folder)
      #expect(outcome.status == 1)
      #expect(
        outcome.errors.contains(
          "Error: log: the log of frontend plain does not have header:User-Agent; let HAProxy log it, for "
            + "example with 'capture request header User-Agent len 256', or say where the key is with "
            + "--value, --field or --regex"), "\(outcome)")
    }
  }
}
