import Testing

/// Everything that drives real servers.
///
/// They share the processor and the loopback addresses, so they run one after the other.
@Suite(.serialized) struct LiveServers {}
