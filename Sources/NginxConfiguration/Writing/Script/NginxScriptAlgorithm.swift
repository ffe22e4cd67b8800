/// The parts of the script that place keys, one for each algorithm; see `docs/hashing.md`.
///
/// Each has a function `walk(count)`, which takes the hash of a key out of `hi` and `lo` and gives the numbers
/// of the first members of the preference that are up.
enum NginxScriptAlgorithm {
  /// The owner of the first point at or after the hash.
  ///
  /// Points are texts of a fixed length, which sort as the numbers do.
  static let ketama = #"""
    function point() {
        return String.fromCharCode(40 + (hi >>> 28), 40 + (hi >>> 22 & 63), 40 + (hi >>> 16 & 63),
            40 + (hi >>> 10 & 63), 40 + (hi >>> 4 & 63), 40 + ((hi & 15) << 2 | lo >>> 30),
            40 + (lo >>> 24 & 63), 40 + (lo >>> 18 & 63), 40 + (lo >>> 12 & 63), 40 + (lo >>> 6 & 63),
            40 + (lo & 63));
    }

    function walk(count) {
        const wanted = point(), found = [];
        let first = 0, end = points;
        while (first < end) {
            const middle = first + end >>> 1;
            if (values.substr(11 * middle, 11) < wanted) { first = middle + 1; } else { end = middle; }
        }
        for (let step = 0; step < points && found.length < count; step++) {
            const member = entry((first + step) % points);
            if (found.indexOf(member) < 0) { found.push(member); }
        }
        return found;
    }
    """#

  /// The member of the slot of the hash, then those of its re-hashes.
  static let maglev = #"""
    // The upper 64 bits of the product of hash and number of slots.
    function slot() {
        let carry = Math.floor((lo & 65535) * slots / 65536);
        carry = Math.floor(((lo >>> 16) * slots + carry) / 65536);
        carry = Math.floor(((hi & 65535) * slots + carry) / 65536);
        return Math.floor(((hi >>> 16) * slots + carry) / 65536);
    }

    function walk(count) {
        const h = hi, l = lo, found = [], met = [];
        let last = 0, misses = 0, t = 0;
        while (misses < patience && met.length < members) {
            if (t > 0) { rehashUnder(t, h, l); }
            t++;
            const member = entry(slot());
            if (met.indexOf(member) >= 0) { misses++; continue; }
            met.push(member);
            last = member;
            misses = 0;
            if (isUp(member) && found.push(member) === count) { return found; }
        }
        for (let step = 1; step < members && found.length < count; step++) {
            const member = (last + step) % members;
            if (met.indexOf(member) < 0 && isUp(member)) { found.push(member); }
        }
        return found;
    }
    """#

  /// The owner of the slot that the hash jumps to, then those of its re-hashes.
  static let jump = #"""
    function slot() {
        let before = -1, next = 0;
        while (next < slots) {
            before = next;
            multiply(0x27bb2ee6, 0x87b0b0fd);
            add(0, 1);
            next = Math.floor((before + 1) * (2147483648 / ((hi >>> 1) + 1)));
        }
        return before;
    }

    function walk(count) {
        const h = hi, l = lo, found = [], met = {};
        let last = 0, misses = 0, t = 0, places = 0;
        // Slots that nobody owns have the number after the last member.
        function visit(place) {
            const member = entry(place);
            if (member < members && found.indexOf(member) < 0) { found.push(member); }
            return found.length === count;
        }
        while (misses < patience && places < slots) {
            if (t > 0) { rehashUnder(t, h, l); }
            t++;
            const place = slot();
            if (met[place]) { misses++; continue; }
            met[place] = true;
            places++;
            last = place;
            misses = 0;
            if (visit(place)) { return found; }
        }
        for (let step = 1; step < slots; step++) {
            const place = (last + step) % slots;
            if (!met[place] && visit(place)) { return found; }
        }
        return found;
    }
    """#

  /// The highest score.
  ///
  /// Equal ones go to the smaller id, which has the smaller number.
  static let rendezvous = #"""
    function walk(count) {
        const h = hi, l = lo, best = [];
        for (let member = 0; member < members; member++) {
            if (!isUp(member)) { continue; }
            const at = 16 * member;
            rehash(h, l, parseInt(parts.substr(at, 8), 16), parseInt(parts.substr(at + 8, 8), 16));
            let place = best.length;
            while (place > 0 && (hi > best[place - 1].upper
                || hi === best[place - 1].upper && lo > best[place - 1].lower)) { place--; }
            if (place === count) { continue; }
            best.splice(place, 0, { member: member, upper: hi, lower: lo });
            if (best.length > count) { best.pop(); }
        }
        return best.map(function (bid) { return bid.member; });
    }
    """#
}
