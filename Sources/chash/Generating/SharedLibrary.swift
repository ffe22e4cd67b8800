#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A library of the system that a configuration needs when it runs.
enum SharedLibrary {
  /// Whether this machine can load the library of XXH3, which nginx's Lua module hashes with.
  ///
  /// Nil if a program that is linked statically cannot tell.
  static var hasXXHash: Bool? {
    #if canImport(Glibc) || canImport(Darwin)
    return unsafe dlopen("libxxhash.so.0", RTLD_LAZY) != nil
      || dlopen("libxxhash.dylib", RTLD_LAZY) != nil
    #else
    return nil
    #endif
  }
}
