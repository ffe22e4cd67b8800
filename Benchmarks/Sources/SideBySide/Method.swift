extension Report {
  /// How everything was measured, for the end of a report.
  var method: String {
    """
    ## How this was measured

    - **Keys**: lower-case letters and digits, laid end to end in one buffer, with a list of where each
      ends; 65 536 keys of 16 bytes unless a title says otherwise, and 1 048 576 hashes where it does.
      Every contender in this process reads that buffer; contenders in other languages read the same keys
      from a file before the clock starts. "Hashed keys" are their XXH3 hashes in an array.
    - **Answers**: every contender writes the number of the node as 32 bits into the same buffer. Before
      anything is timed all answers are compared, by a checksum that depends on each of them and on their
      order; a difference ends the run with an error, unless the title of a contender says that its rule is another.
    - **Turns**: contenders of one table run A B C A B C …, each once uncounted and then once counted, so
      that what the one before has left in the caches is no concern of it. Medians and minima are of a
      round's time divided by its lookups: throughput, not latency, of one thread.
    - **Batches** answer all keys in one call. "avx2 only" and "portable only" are the same program in a
      process of its own, under `CONSISTENT_HASHING_INSTRUCTIONS`.
    - **Contenders in C** are in `Benchmarks/Sources/TextbookC`, written for this from the papers, and
      compiled by the C compiler of the Swift toolchain with `-O2`, xxHash with them from its header. The
      library and the loops around it are compiled by `swift build -c release`, without any unsafe flag.
    - **Other work**: the load (runnable threads, averaged over a minute) before and after the run is in the
      first table. Much more than 0 before means that the machine was shared, and times are too high.
    - **libmemcached** is called in this process. **Guava** runs in a Java virtual machine that is
      warmed up for a second for each rule, the **Python** packages in CPython; both wait in processes of
      their own and take turns with the rounds here.
    - **Repeat**: `make benchmark`.

    """
  }
}
