import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/**
 * Guava's Hashing.consistentHash, asked for the keys of a file.
 *
 * <p>The file has a key and its hash in hexadecimal on each line. For every line "RULE NODES COUNT" on
 * standard input the first COUNT keys are placed, once uncounted and once counted, and
 * "NANOSECONDS CHECKSUM" is printed. The first request of a rule is preceded by enough passes for the
 * compiler of the virtual machine to be done.
 */
final class GuavaPeer {
  private static final long WARM_UP_NANOSECONDS = 1_000_000_000L;

  private final byte[] bytes;
  private final int[] ends;
  private final long[] hashes;
  private final int[] answers;
  private String warm = "";

  private GuavaPeer(List<String> lines) {
    ByteArrayOutputStream keys = new ByteArrayOutputStream();
    ends = new int[lines.size()];
    hashes = new long[lines.size()];
    answers = new int[lines.size()];
    for (int i = 0; i < ends.length; i++) {
      String[] words = lines.get(i).split(" ");
      keys.writeBytes(words[0].getBytes(StandardCharsets.UTF_8));
      ends[i] = keys.size();
      hashes[i] = Long.parseUnsignedLong(words[1], 16);
    }
    bytes = keys.toByteArray();
  }

  private void placeHashes(int nodes, int count) {
    for (int i = 0; i < count; i++) answers[i] = Hashing.consistentHash(hashes[i], nodes);
  }

  private void placeKeys(int nodes, int count) {
    HashFunction function = Hashing.murmur3_128();
    int start = 0;
    for (int i = 0; i < count; i++) {
      int end = ends[i];
      answers[i] = Hashing.consistentHash(function.hashBytes(bytes, start, end - start), nodes);
      start = end;
    }
  }

  private long pass(String rule, int nodes, int count) {
    long start = System.nanoTime();
    switch (rule) {
      case "hash" -> placeHashes(nodes, count);
      case "key" -> placeKeys(nodes, count);
      default -> throw new IllegalArgumentException("no rule " + rule);
    }
    return System.nanoTime() - start;
  }

  private String answer(String line) {
    String[] words = line.split(" ");
    int nodes = Integer.parseInt(words[1]);
    int count = Integer.parseInt(words[2]);
    if (!warm.equals(line)) {
      warm = line;
      for (long spent = 0; spent < WARM_UP_NANOSECONDS; ) spent += pass(words[0], nodes, count);
    }
    pass(words[0], nodes, count);
    long time = pass(words[0], nodes, count);
    long checksum = 0;
    for (int i = 0; i < count; i++) checksum = 31 * checksum + answers[i];
    return time + " " + Long.toUnsignedString(checksum);
  }

  private static String guavaVersion() throws IOException {
    Properties properties = new Properties();
    String name = "/META-INF/maven/com.google.guava/guava/pom.properties";
    try (InputStream stream = Hashing.class.getResourceAsStream(name)) {
      if (stream != null) properties.load(stream);
    }
    return properties.getProperty("version", "of unknown version");
  }

  public static void main(String[] arguments) throws IOException {
    GuavaPeer peer = new GuavaPeer(Files.readAllLines(Path.of(arguments[0])));
    BufferedReader requests = new BufferedReader(new InputStreamReader(System.in));
    System.out.println("Guava " + guavaVersion() + ", Java " + System.getProperty("java.version"));
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      System.out.println(peer.answer(line));
    }
  }
}
