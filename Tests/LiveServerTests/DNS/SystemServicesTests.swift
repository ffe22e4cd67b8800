import Configurations
import Testing

@testable import chash

/// What `--resolve system` asks for services, of a server of DNS that answers from a file.
extension LiveServers {
  @Suite struct SystemServicesTests {
    static let records = """
      _http._tcp.shop.test. 60 IN SRV 10 5 8080 App-A.test.
      _http._tcp.shop.test. 60 IN SRV 20 65535 1 b.test.
      shop.test. 60 IN A 10.0.0.1

      """

    #if canImport(Glibc)
    @Test func recordsComeInTheOrderOfTheAnswer() async throws {
      try await withTemporaryFolder { folder in
        // More than fit a message of 512 bytes.
        let many = (0..<100).map {
          "_m._tcp.shop.test. 60 IN SRV 1 \($0) \(9000 + $0) h\($0).test.\n"
        }
        let records = try folder.write(Self.records + many.joined(), to: "records")
        try await DNSServer.run(records, in: folder) { dns in
          let address = dns.octets.reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
          func services(_ name: String) -> [ServiceTarget] {
            SystemServices.named(name, server: (address, dns.port))
          }
          #expect(
            services("_http._tcp.shop.test") == [
              ServiceTarget(priority: 10, weight: 5, port: 8080, host: "app-a.test"),
              ServiceTarget(priority: 20, weight: 65_535, port: 1, host: "b.test"),
            ])
          #expect(services("_HTTP._tcp.shop.test.").count == 2)
          #expect(
            services("_m._tcp.shop.test").map(\.weight) == (0..<100).map { UInt16($0) })
          // A name without services, one that does not exist, and one that is none.
          #expect(services("shop.test").isEmpty)
          #expect(services("_http._tcp.other.test").isEmpty)
          #expect(services(String(repeating: "a", count: 300)).isEmpty)
          #expect(services("").isEmpty)
        }
      }
    }
    #endif
  }
}
