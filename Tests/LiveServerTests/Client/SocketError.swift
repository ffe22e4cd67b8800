import Foundation

/// What went wrong on a socket, with the call that failed.
enum SocketError: Error, CustomStringConvertible {
  case failed(call: String, address: String, errno: Int32)
  case closedEarly(String)
  case notAnAddress(String)

  var description: String {
    switch self {
    case .failed(let call, let address, let number):
      "\(call) \(address): \(unsafe String(cString: strerror(number)))"
    case .closedEarly(let what): "the server closed the connection: \(what)"
    case .notAnAddress(let text): "'\(text)' is not an IPv4 address with a port"
    }
  }

  var isAddressInUse: Bool {
    if case .failed(_, _, EADDRINUSE) = self { true } else { false }
  }
}
