// The rows of the list of findings: groups and what they hold, worked out for a row when it is drawn.

const GROUPINGS = [
  ['rule', 'By rule'],
  ['resource', 'By resource'],
  ['account', 'By account'],
  ['none', 'No groups'],
];

/** Numbers that tell the groups of a grouping apart, and how many groups there can be. */
function groupCodes(group) {
  if (group === 'rule') return [D.findings.rule, D.rules.length];
  if (group === 'resource') return [D.findings.resource, D.resourceCount];
  const facet = FACETS.find(({ key }) => key === 'a');
  return [facet.codes, facet.values.length];
}

/** Findings as they stand, without groups. */
class PlainRows {
  constructor(found) {
    this.found = found;
    this.length = found.length;
    this.isFoldable = false;
  }

  at(i) {
    return { f: this.found[i] };
  }

  rowOf(f) {
    return this.found.indexOf(f);
  }
}

/** Groups in the order of their first finding; a group of one has no header, but among accounts. */
class GroupedRows {
  constructor(found, group, isUnfolded) {
    this.isFoldable = true;
    const [codes, size] = groupCodes(group);
    Object.assign(this, {
      group,
      codes,
      isUnfolded,
      slots: new Int32Array(size).fill(-1),
      keys: [],
      sizes: [],
    });
    for (const f of found) {
      if (this.slots[codes[f]] < 0) {
        this.slots[codes[f]] = this.keys.length;
        this.keys.push(codes[f]);
        this.sizes.push(0);
      }
      this.sizes[this.slots[codes[f]]]++;
    }
    this.sort(found);
    this.measure();
  }

  /** The findings group by group, each group's first place in `firsts`. */
  sort(found) {
    this.firsts = new Uint32Array(this.keys.length + 1);
    this.sizes.forEach((size, slot) => {
      this.firsts[slot + 1] = this.firsts[slot] + size;
    });
    const next = this.firsts.slice();
    this.findings = new Uint32Array(found.length);
    for (const f of found) this.findings[next[this.slots[this.codes[f]]]++] = f;
  }

  /** The row at which each group begins. */
  measure() {
    this.rows = new Uint32Array(this.keys.length + 1);
    this.keys.forEach((_, slot) => {
      const isOpen = this.isOpen(slot);
      this.rows[slot + 1] = this.rows[slot] + (this.hasHead(slot) ? 1 : 0) + (isOpen ? this.sizes[slot] : 0);
    });
    this.length = this.rows[this.keys.length];
  }

  hasHead(slot) {
    return this.sizes[slot] > 1 || this.group === 'account';
  }

  isOpen(slot) {
    return !this.hasHead(slot) || this.isUnfolded(this.keys[slot]);
  }

  /** The last slot whose value is no greater. */
  slotAt(starts, value) {
    let low = 0;
    let high = this.keys.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= value) low = middle;
      else high = middle;
    }
    return low;
  }

  at(i) {
    if (!(i >= 0 && i < this.length)) return undefined;
    const slot = this.slotAt(this.rows, i);
    const inside = i - this.rows[slot];
    if (!this.hasHead(slot)) return { f: this.findings[this.firsts[slot]] };
    if (inside > 0) return { f: this.findings[this.firsts[slot] + inside - 1], level: 2 };
    const key = this.keys[slot];
    return {
      isGroup: true,
      key,
      f: this.findings[this.firsts[slot]],
      size: this.sizes[slot],
      counts: wholeCounts(this.group, key),
      isOpen: this.isOpen(slot),
    };
  }

  /** The row of a finding, or -1. */
  rowOf(f) {
    const slot = this.slots[this.codes[f]];
    if (slot < 0 || !this.isOpen(slot)) return -1;
    const place = this.findings.subarray(this.firsts[slot], this.firsts[slot + 1]).indexOf(f);
    return place < 0 ? -1 : this.rows[slot] + place + (this.hasHead(slot) ? 1 : 0);
  }

  rowOfGroup(key) {
    return this.slots[key] < 0 ? -1 : this.rows[this.slots[key]];
  }

  /** The row of the header above a row. */
  headOf(i) {
    return this.rows[this.slotAt(this.rows, i)];
  }
}

const groupedRows = (found, view) =>
  view.group === 'none'
    ? new PlainRows(found)
    : new GroupedRows(found, view.group, (key) => view.isUnfolded(key));

const wholes = new Map();

/** Verdicts of a group whatever the filter leaves; counted once a grouping. */
function wholeCounts(group, key) {
  if (!wholes.has(group)) {
    const [codes, size] = groupCodes(group);
    const counts = new Uint32Array(size * VERDICTS.length);
    for (let f = 0; f < D.count; f++) counts[codes[f] * VERDICTS.length + verdictOf(f)]++;
    wholes.set(group, counts);
  }
  return [...wholes.get(group).subarray(key * VERDICTS.length, (key + 1) * VERDICTS.length)];
}
