import AccessLogs
import NginxConfiguration

/// The formats that a configuration gives its logs.
enum ConfiguredLogFormats {
  /// A format with the name that `access_log` of nginx uses, or the name of a frontend of HAProxy.
  struct Named {
    let name: String
    let format: LogFormat
  }

  /// The `log_format` directives of a file of nginx, which may be anywhere in its blocks.
  static func formats(inNginx bytes: [UInt8], file: String) -> [Named] {
    guard let tree = try? NginxSyntaxTree(bytes: bytes, file: file) else { return [] }
    var found: [Named] = []
    collect(tree.items, into: &found)
    return found
  }

  private static func collect(_ items: [NginxSyntaxItem], into found: inout [Named]) {
    for case .statement(let statement) in items {
      if let block = statement.block {
        // Formats are in http and stream only.
        if statement.name == "http" || statement.name == "stream" {
          collect(block.items, into: &found)
        }
      } else if statement.name == "log_format" {
        let arguments = statement.arguments.map(\.text)
        guard let name = arguments.first, let format = LogFormat(nginxArguments: arguments) else {
          continue
        }
        found.append(Named(name: name, format: format))
      }
    }
  }
}
