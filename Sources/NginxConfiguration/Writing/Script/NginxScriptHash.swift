/// XXH3 of a key in JavaScript, under one seed.
///
/// What depends on the seed and the secret alone is computed here. The tests compare every length from 0 to
/// 1100 bytes.
enum NginxScriptHash {
  static func text(seed: UInt64) -> String {
    let c = NginxScriptConstants(seed: seed)
    return short(c) + "\n" + long(c)
  }

  /// Keys of up to 240 bytes.
  private static func short(_ c: NginxScriptConstants) -> String {
    """
    // Adds the product of 16 bytes of the key and 16 of the secret.
    function mix(key, at, secret, from) {
        const h = hi, l = lo;
        fold((key.readUInt32LE(at + 4) ^ secret.readUInt32LE(from + 4)) >>> 0,
            (key.readUInt32LE(at) ^ secret.readUInt32LE(from)) >>> 0,
            (key.readUInt32LE(at + 12) ^ secret.readUInt32LE(from + 12)) >>> 0,
            (key.readUInt32LE(at + 8) ^ secret.readUInt32LE(from + 8)) >>> 0);
        add(h, l);
    }

    function hashUpTo16(key) {
        const n = key.length;
        if (n > 8) {
            const al = (key.readUInt32LE(0) ^ \(c.middleLow.lower)) >>> 0, ah = (key.readUInt32LE(4) ^ \(c.middleLow.upper)) >>> 0;
            const bl = (key.readUInt32LE(n - 8) ^ \(c.middleHigh.lower)) >>> 0, bh = (key.readUInt32LE(n - 4) ^ \(c.middleHigh.upper)) >>> 0;
            fold(ah, al, bh, bl);
            add(bh, bl);
            // The bytes of the first number in reverse.
            add(reversed(al), reversed(ah));
            add(0, n);
            return avalanche();
        }
        if (n > 3) {
            set(key.readUInt32LE(0) ^ \(c.four.upper), key.readUInt32LE(n - 4) ^ \(c.four.lower));
            return stir(n);
        }
        if (n > 0) {
            set(\(c.one.upper), (key[0] << 16 | key[n >> 1] << 24 | key[n - 1] | n << 8) ^ \(c.one.lower));
            return avalanche64();
        }
        set(\(c.empty.upper), \(c.empty.lower));
    }

    function reversed(word) {
        return (word << 24 | (word & 65280) << 8 | word >>> 8 & 65280 | word >>> 24) >>> 0;
    }

    // Multiplies the length by the prime with which longer keys begin.
    function begin(n) {
        set(0x9e3779b1, 0x85ebca87);
        multiply(0, n);
    }

    function hashUpTo240(key) {
        const n = key.length, secret = Buffer.from("\(c.middle)", "hex");
        begin(n);
        if (n > 128) {
            for (let i = 0; i < 8; i++) { mix(key, 16 * i, secret, 16 * i); }
            avalanche();
            const rounds = n >>> 4;
            for (let i = 8; i < rounds; i++) { mix(key, 16 * i, secret, 16 * i); }
            mix(key, n - 16, secret, 240);
            return avalanche();
        }
        for (let i = n - 1 >>> 5; i >= 0; i--) {
            mix(key, 16 * i, secret, 32 * i);
            mix(key, n - 16 * i - 16, secret, 32 * i + 16);
        }
        avalanche();
    }

    """
  }

  /// Longer keys.
  private static func long(_ c: NginxScriptConstants) -> String {
    """
    // Adds 64 bytes of the key to eight sums, whose halves alternate: lower, upper.
    function accumulate(sums, key, at, secret, from) {
        for (let i = 0; i < 8; i++) {
            const dl = key.readUInt32LE(at + 8 * i), dh = key.readUInt32LE(at + 8 * i + 4);
            const kl = (dl ^ secret.readUInt32LE(from + 8 * i)) >>> 0;
            const kh = (dh ^ secret.readUInt32LE(from + 8 * i + 4)) >>> 0;
            set(sums[2 * i + 1], sums[2 * i]);
            add(high(kl, kh), Math.imul(kl, kh));
            sums[2 * i] = lo;
            sums[2 * i + 1] = hi;
            const other = 2 * (i ^ 1);
            set(sums[other + 1], sums[other]);
            add(dh, dl);
            sums[other] = lo;
            sums[other + 1] = hi;
        }
    }

    function hashLong(key) {
        const n = key.length, secret = Buffer.from("\(c.long)", "hex");
        const sums = [0xc2b2ae3d, 0, 0x85ebca87, 0x9e3779b1, 0x27d4eb4f, 0xc2b2ae3d, 0x9e3779f9, 0x165667b1,
            0xc2b2ae63, 0x85ebca77, 0x85ebca77, 0, 0x165667c5, 0x27d4eb2f, 0x9e3779b1, 0];
        const stripes = n - 1 >>> 6;
        for (let stripe = 0; stripe < stripes; stripe++) {
            accumulate(sums, key, 64 * stripe, secret, 8 * (stripe & 15));
            if ((stripe & 15) < 15) { continue; }
            for (let i = 0; i < 8; i++) {
                set(sums[2 * i + 1], sums[2 * i]);
                shiftMore(47);
                set(hi ^ secret.readUInt32LE(132 + 8 * i), lo ^ secret.readUInt32LE(128 + 8 * i));
                multiply(0, 0x9e3779b1);
                sums[2 * i] = lo;
                sums[2 * i + 1] = hi;
            }
        }
        accumulate(sums, key, n - 64, secret, 121);
        begin(n);
        for (let i = 0; i < 4; i++) {
            const h = hi, l = lo;
            fold((sums[4 * i + 1] ^ secret.readUInt32LE(16 * i + 15)) >>> 0,
                (sums[4 * i] ^ secret.readUInt32LE(16 * i + 11)) >>> 0,
                (sums[4 * i + 3] ^ secret.readUInt32LE(16 * i + 23)) >>> 0,
                (sums[4 * i + 2] ^ secret.readUInt32LE(16 * i + 19)) >>> 0);
            add(h, l);
        }
        avalanche();
    }

    // XXH3 of a key.
    function hash(key) {
        if (key.length <= 16) { return hashUpTo16(key); }
        if (key.length <= 240) { return hashUpTo240(key); }
        hashLong(key);
    }

    // XXH3 of a number, its lower half first, under a seed of which `h` and `l` are what is left of the secret.
    function rehash(nh, nl, h, l) {
        set(nl ^ h, nh ^ l);
        stir(8);
    }

    """
  }
}
