import Foundation

/// What went wrong on a socket, with the call that failed.
enum SocketError: Error, CustomStringConvertible {
  case failed(call: String, address: String, errno: Int32)
  case closedEarly(String)

  var description: String {
    switch self {
    case .failed("bind", let address, EADDRNOTAVAIL):
      """
      bind \(address): not an address of this machine; these tests need all of 127.0.0.0/8 on the \
      loopback, as Linux has it
      """
    case .failed(let call, let address, let number):
      "\(call) \(address): \(unsafe String(cString: strerror(number)))"
    case .closedEarly(let what): "the server closed the connection: \(what)"
    }
  }

  var isAddressInUse: Bool {
    if case .failed(_, _, EADDRINUSE) = self { true } else { false }
  }
}
