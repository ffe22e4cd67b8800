/// The parts of a configuration that differ from one test server to the next.
struct NginxBlocks: Sendable {
  /// What stands before everything else: modules that are loaded.
  var modules = ""
  /// What stands in `http {}`.
  var http = ""
  /// What stands in `stream {}`, which is left out when this is empty.
  var stream = ""

  /// The word that tells this process from every other one.
  static func word(for folder: TemporaryFolder) -> String {
    String(folder.path.split(separator: "/").last ?? "")
  }

  /// The whole configuration.
  ///
  /// Nothing in it is outside `folder`, so no rights are needed.
  func configuration(
    installation: NginxInstallation, folder: TemporaryFolder, ready: IPv4Address
  ) -> String {
    """
    \(modules)
    \(stream.isEmpty ? "" : installation.streamModule)
    daemon off;
    master_process off;
    pid "\(folder["nginx.pid"])";
    error_log "\(folder["error.log"])" error;
    events { worker_connections 1000; multi_accept on; }
    http {
      access_log off;
      client_body_temp_path "\(folder["body"])";
      proxy_temp_path "\(folder["proxy"])";
      fastcgi_temp_path "\(folder["fastcgi"])";
      uwsgi_temp_path "\(folder["uwsgi"])";
      scgi_temp_path "\(folder["scgi"])";
      client_header_buffer_size 16k;
      large_client_header_buffers 4 32k;
      keepalive_requests 10000000;
      lingering_close off;
      server { listen \(ready); return 200 "\(Self.word(for: folder))"; }
    \(http)
    }
    \(stream.isEmpty ? "" : "stream {\n\(stream)\n}")

    """
  }
}
