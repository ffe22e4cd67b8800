/// Arithmetic with 64 bits in JavaScript, whose numbers are exact to 53 bits and whose operators take 32.
///
/// njs has no `BigInt` before 0.8. Functions leave their result in two variables, because njs makes the objects
/// of every request anew.
enum NginxScriptArithmetic {
  static let text = #"""
    // A number of 64 bits is two of 32 bits: the upper half in `hi`, the lower half in `lo`.
    let hi = 0, lo = 0;

    function set(h, l) { hi = h >>> 0; lo = l >>> 0; }

    function add(h, l) {
        const sum = lo + (l >>> 0);
        hi = (hi + h + (sum > 4294967295 ? 1 : 0)) >>> 0;
        lo = sum >>> 0;
    }

    // The upper half of a product of 32 bits each.
    function high(a, b) {
        const a1 = a >>> 16, a0 = a & 65535;
        return Math.floor((a1 * b + Math.floor(a0 * b / 65536)) / 65536);
    }

    function multiply(h, l) {
        hi = (high(lo, l) + Math.imul(lo, h) + Math.imul(hi, l)) >>> 0;
        lo = Math.imul(lo, l) >>> 0;
    }

    // The two halves of a product of 128 bits, exclusive or.
    function fold(ah, al, bh, bl) {
        const low = Math.imul(al, bl) >>> 0, top = Math.imul(ah, bh) >>> 0;
        const c = Math.imul(al, bh) >>> 0, d = Math.imul(ah, bl) >>> 0;
        const first = high(al, bl) + c + d;
        const second = high(al, bh) + high(ah, bl) + top + Math.floor(first / 4294967296);
        const third = high(ah, bh) + Math.floor(second / 4294967296);
        set(first ^ third, low ^ second);
    }

    // h ^= h >> n, for n below 32, and from 32 on.
    function shiftLess(n) { set(hi ^ hi >>> n, lo ^ (lo >>> n | hi << 32 - n)); }
    function shiftMore(n) { set(hi, lo ^ hi >>> n - 32); }

    function avalanche() {
        shiftMore(37);
        multiply(0x16566791, 0x9e3779f9);
        shiftMore(32);
    }

    function avalanche64() {
        shiftMore(33);
        multiply(0xc2b2ae3d, 0x27d4eb4f);
        shiftLess(29);
        multiply(0x165667b1, 0x9e3779f9);
        shiftMore(32);
    }

    // For four to eight bytes, after the secret was mixed in.
    function stir(length) {
        const h = hi, l = lo;
        set(h ^ (l << 17 | h >>> 15) ^ (h << 24 | l >>> 8), l ^ (h << 17 | l >>> 15) ^ (l << 24 | h >>> 8));
        multiply(0x9fb21c65, 0x1e98df25);
        set(hi, lo ^ (hi >>> 3) + length);
        multiply(0x9fb21c65, 0x1e98df25);
        shiftLess(28);
    }

    """#
}
