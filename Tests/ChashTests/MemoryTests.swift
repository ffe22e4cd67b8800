import Testing

/// Clusters that take gigabytes are refused with the figure, before any memory is taken.
@Suite struct MemoryTests {
  private static let files = [
    "million.conf": """
    events {}
    http {
    upstream upstr {
      hash $cookie_user consistent;
      server 10.0.10.32:8080;
      server 10.0.10.31:8080 weight=1000000;
    }
    }

    """
  ]

  private static let refusal = """
    Error: million.conf:6: nginx takes about 4.3 GB of memory for 2 nodes with weights up to 1000000, and \
    2.0 GB are allowed; lower the weights or list fewer nodes, or allow more with CHASH_MEMORY, such as \
    CHASH_MEMORY=8G

    """

  @Test(arguments: [
    "lookup million.conf abc", "balance million.conf", "generate nginx million.conf",
    "remap million.conf --remove 10.0.10.32:8080",
  ])
  func tooMuchIsRefused(arguments: String) async throws {
    try await Folder.with(Self.files) { folder in
      let outcome = try await ChashProgram.shell("\"$CHASH\" \(arguments)", in: folder)
      #expect(outcome == .init(1, errors: Self.refusal))
    }
  }

  /// What a scale event makes is refused as well.
  @Test func eventsAreChecked() async throws {
    try await Folder.with(Self.files) { folder in
      let outcome = try await ChashProgram.run(
        ["remap", "sessions.yaml", "--weight", "web-2=1000000"], in: folder)
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("nginx takes about 4.3 GB of memory"), "\(outcome)")
    }
  }

  @Test func theLimitIsOfTheEnvironment() async throws {
    try await Folder.with(Self.files) { folder in
      func run(_ size: String) async throws -> ChashProgram.Outcome {
        try await ChashProgram.shell(
          "CHASH_MEMORY=\(size) \"$CHASH\" lookup sessions.yaml abc --format tsv", in: folder)
      }
      for size in ["500M", "1G", "9e8", "0.5g"] {
        #expect(try await run(size).status == 0, "\(size)")
      }
      for size in ["x", "0", "-1", "5X", "''"] {
        let outcome = try await run(size)
        #expect(outcome.status == 1)
        #expect(outcome.errors.hasPrefix("Error: CHASH_MEMORY is "), "\(outcome)")
      }
      let outcome = try await run("1K")
      #expect(outcome.status == 1)
      #expect(
        outcome.errors.contains(
          "nginx takes about 14 KB of memory for 2 nodes with weights up to 2, and 1 KB are allowed"
        ),
        "\(outcome)")
    }
  }
}
