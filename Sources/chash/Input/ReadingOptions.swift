import ArgumentParser
import Configurations

/// What a configuration depends on outside of its files, for every command that reads one.
struct ReadingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Say what the configuration depends on; may be repeated.",
      discussion:
        "NAME=VALUE is a variable of HAProxy's environment, version=2.6.12 HAProxy's version, "
        + "and 'feature(OPENSSL)=yes' the result of a test in '.if'. Variables that are not given have "
        + "their values from the environment of chash.", valueName: "name=value"))
  var define: [Definition] = []

  @Option(
    help: ArgumentHelp(
      "Say that a variable is not set where HAProxy runs; may be repeated.", valueName: "name"))
  var undefine: [String] = []

  @Option(
    help: ArgumentHelp(
      "The folder that stands for / in the includes of a configuration; may be repeated.",
      discussion: """
        For configurations of another machine: 'include /srv/x/*.conf' reads FOLDER/srv/x/*.conf. With \
        PREFIX=FOLDER, such as /etc/nginx=copy, the folder stands for the prefix.
        """, valueName: "folder"))
  var root: [RootFolder] = []

  @Option(
    help: ArgumentHelp(
      "Where the addresses of host names are: a file, or 'system' to ask this machine.",
      discussion:
        "The file has lines 'ADDRESS NAME ...' as /etc/hosts, or the lines of an answer of dig, SRV "
        + "records included. "
        + "The order of the lines is that of the servers.", valueName: "file"))
  var resolve: String?

  func validate() throws {
    for root in root where !FileDescriptor.isDirectory(root.root.folder) {
      throw ValidationError(
        "--root needs a folder, and '\(printable(root.root.folder))' is none.")
    }
    var seen: Set<String> = []
    for name in define.map(\.name) + undefine where !seen.insert(name).inserted {
      throw ValidationError(
        "--define and --undefine name '\(printable(name))' more than once; give it once.")
    }
  }

  /// The files that configurations may include.
  var files: ConfigurationFiles { .onDisk(roots: root.map(\.root)) }

  /// What readers are told.
  var surroundings: ConfigurationSurroundings {
    get throws {
      var surroundings = ConfigurationSurroundings()
      surroundings.environment = FileDescriptor.environment
      surroundings.hosts = try hosts
      for definition in define {
        switch definition {
        case .variable(let name, let value): surroundings.variables[name] = .set(Array(value.utf8))
        case .version(let version): surroundings.version = version
        case .test(let test, let isTrue): surroundings.tests[test] = isTrue
        }
      }
      for name in undefine { surroundings.variables[name] = .unset }
      return surroundings
    }
  }

  /// The addresses of host names, if they are to be resolved.
  var hosts: HostAnswers? {
    get throws {
      guard let resolve else { return nil }
      guard resolve != "system" else { return .system }
      let file = try HostFile(resolve)
      return HostAnswers(source: shown(resolve), services: { file.services(of: $0) }) {
        file.addresses(of: $0)
      }
    }
  }

  /// A dependency with what a user can do about it.
  static func note(_ dependency: ConfigurationDependency) -> String {
    switch dependency.kind {
    case .environment: dependency.text + "; --define NAME=VALUE says otherwise"
    case .hosts:
      dependency.text + "; --resolve FILE gives addresses, --resolve system asks for them"
    case .services:
      dependency.text
        + "; --resolve FILE gives SRV records as dig +noall +answer prints them, --resolve system asks for "
        + "them"
    case .answers, .load, .health: dependency.text
    }
  }

  /// How to say what would have to be known; nil for nothing.
  static func remedy(for unknowns: [String]) -> String? {
    guard !unknowns.isEmpty else { return nil }
    return unknowns.map { unknown in
      if unknown == Definition.versionName { return "give --define version=2.6.12" }
      if unknown.utf8.last == UInt8(ascii: ")") { return "give --define '\(unknown)=yes' or =no" }
      return "give --define \(unknown)=VALUE or --undefine \(unknown)"
    }.map(printable).joined(separator: ", and ")
  }
}

/// `FOLDER`, or `PREFIX=FOLDER` with an absolute prefix.
struct RootFolder: ExpressibleByArgument {
  let root: ConfigurationFiles.Root

  init?(argument: String) {
    guard argument.utf8.first == UInt8(ascii: "/"), let equals = argument.firstIndex(of: "="),
      !FileDescriptor.exists(argument)
    else {
      root = ConfigurationFiles.Root(folder: argument)
      return
    }
    root = ConfigurationFiles.Root(
      prefix: String(argument[..<equals]),
      folder: String(argument[argument.index(after: equals)...]))
  }
}

/// `NAME=VALUE`, `version=2.6.12` or `TEST(ARGUMENT)=yes`.
enum Definition: ExpressibleByArgument {
  case variable(String, String)
  case version(String)
  case test(String, Bool)

  /// What stands before the equals sign for the version of the system.
  static let versionName = "version"

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
      return nil
    }
    let name = String(argument[..<equals])
    let value = String(argument[argument.index(after: equals)...])
    if name.utf8.last == UInt8(ascii: ")") {
      switch value {
      case "yes", "true", "1": self = .test(name, true)
      case "no", "false", "0": self = .test(name, false)
      default: return nil
      }
    } else if name == Self.versionName {
      guard value.utf8.first.map({ (0x30...0x39).contains($0) }) == true else { return nil }
      self = .version(value)
    } else {
      self = .variable(name, value)
    }
  }

  /// What is defined.
  var name: String {
    switch self {
    case .variable(let name, _), .test(let name, _): name
    case .version: Self.versionName
    }
  }
}
