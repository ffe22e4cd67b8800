/// Makes glibc's allocator keep memory that is freed, instead of giving it back to the system.
///
/// The blocks that keys are read in are allocated and freed for each 128 KiB of a file. Pages that come
/// anew from the system take about as long as counting the keys on them. Once 32 MiB have been freed,
/// the allocator keeps up to twice as much (the dynamic threshold in mallopt(3)). The pages are not
/// touched, so this costs no memory.
func keepFreedMemory() {
  let bytes = (32 << 20) - (64 << 10)
  unsafe UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16).deallocate()
}
