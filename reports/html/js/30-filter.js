// Which findings are shown: facets, search, and the counts beside each facet that ignore the facet itself.

/** What the facets filter by: a column of findings, and the value that one of its numbers stands for. */
const FACETS = [
  {
    key: 'v',
    title: 'Verdict',
    column: 'verdict',
    value: (n) => VERDICTS[n],
    all: VERDICTS,
    name: (v) => VERDICT_NAMES[VERDICTS.indexOf(v)] || v,
    icon: (v) => verdictIcon(VERDICTS.indexOf(v)),
  },
  {
    key: 's',
    title: 'Severity',
    column: 'severity',
    value: (n) => SEVERITIES[n],
    all: SEVERITIES,
    name: (v) => SEVERITY_NAMES[SEVERITIES.indexOf(v)] || v,
    icon: (v) => severityIcon(SEVERITIES.indexOf(v)),
  },
  {
    key: 'c',
    title: 'Change',
    column: 'change',
    value: (n) => D.changeNames[n],
    all: CHANGES,
    name: (v) => changeName(v),
    isShown: () => Boolean(D.baseline),
  },
  {
    key: 'why',
    title: 'Why unknown',
    column: 'why',
    value: (n) => D.strings[n],
    name: whyName,
    isOptional: true,
  },
  { key: 'svc', title: 'Service', column: 'rule', value: (n) => D.rules[n].service, name: serviceName },
  {
    key: 'a',
    title: 'Account',
    column: 'resource',
    value: (r) => resourceText(r, 'account'),
    name: accountName,
  },
  {
    key: 'r',
    title: 'Region',
    column: 'resource',
    value: (r) => resourceText(r, 'region'),
    name: regionName,
  },
  { key: 'rule', title: 'Rule', column: 'rule', value: (n) => D.rules[n].id, name: (id) => id, isMono: true },
  {
    key: 'own',
    title: 'Responsibility',
    column: 'rule',
    value: (n) => D.rules[n].responsibility,
    name: responsibilityName,
  },
];

function serviceName(service) {
  return service.length <= 4 ? service.toUpperCase() : service;
}

function responsibilityName(value) {
  return { customer: 'Customer', shared: 'Shared with AWS' }[value] || value || 'Not told';
}

/** Give each facet its values and, as a column of codes, which of them each finding has. */
function buildFacets() {
  for (const facet of FACETS) {
    const values = new Map((facet.all || []).map((value, i) => [value, i]));
    const codes = new Map(); // a number of the column → the value's code; columns hold far fewer numbers than findings
    const column = D.findings[facet.column] || [];
    facet.codes = new Uint16Array(D.count);
    for (let f = 0; f < D.count; f++) {
      let code = codes.get(column[f]);
      if (code === undefined) {
        const value = facet.value(column[f]);
        if (!values.has(value)) values.set(value, values.size);
        codes.set(column[f], (code = values.get(value)));
      }
      facet.codes[f] = code;
    }
    facet.values = [...values.keys()];
    facet.index = values;
  }
  sortFindings();
}

/** Worst first, in verdict and severity, then by rule, then as published: one number each, for sorting is native then. */
function sortFindings() {
  const { verdict, severity, rule } = D.findings;
  const keys = new Float64Array(D.count);
  for (let f = 0; f < D.count; f++)
    keys[f] = ((verdict[f] * SEVERITIES.length + severity[f]) * D.rules.length + rule[f]) * D.count + f;
  keys.sort();
  D.order = Uint32Array.from(keys, (key) => key % D.count);
}

/** The chosen filters; `chosen` maps a facet's key to the set of chosen values. */
class Filter {
  constructor(query) {
    this.chosen = new Map(FACETS.map(({ key }) => [key, chosenIn(query, key)]));
    this.text = query.get('q') || '';
    this.gap = /^\d+$/.test(query.get('gap') || '') ? Number(query.get('gap')) : -1;
  }

  clear() {
    for (const set of this.chosen.values()) set.clear();
    this.text = '';
    this.gap = -1;
  }

  /** One pass: the findings that all filters take, and for each facet how many the others would leave. */
  run() {
    const within = searchFindings(this.text);
    const inGap = this.gap >= 0 ? D.gapSets.map((gaps) => gaps.includes(this.gap)) : null;
    const columns = FACETS.map((facet) => facet.codes);
    const counts = FACETS.map((facet) => new Uint32Array(facet.values.length));
    const wanted = FACETS.map((facet) => this.wanted(facet));
    const filtering = [...wanted.keys()].filter((i) => wanted[i]);
    const found = new Uint32Array(D.count);
    let size = 0;
    for (const f of D.order) {
      if ((within && !within[f]) || (inGap && !inGap[D.findings.gaps[f]])) continue;
      const missed = missedFacets(filtering, wanted, columns, f);
      if (missed === NONE) {
        found[size++] = f;
        for (let i = 0; i < columns.length; i++) counts[i][columns[i][f]]++;
      } else if (missed !== SEVERAL) {
        counts[missed][columns[missed][f]]++;
      }
    }
    return { found: found.subarray(0, size), counts };
  }

  /** Per value of the facet whether it is chosen; null if the facet does not filter. */
  wanted(facet) {
    const chosen = this.chosen.get(facet.key);
    return chosen.size ? facet.values.map((value) => chosen.has(value)) : null;
  }

  toQuery() {
    const query = new URLSearchParams();
    for (const [key, set] of this.chosen) for (const value of set) query.append(key, value);
    if (!this.chosen.get('v').size) query.set('v', 'all');
    if (this.text) query.set('q', this.text);
    if (this.gap >= 0) query.set('gap', this.gap);
    return query;
  }
}

const NONE = -1;
const SEVERAL = -2;

/** Which facet refuses a finding: none, one (its place), or several. */
function missedFacets(filtering, wanted, columns, f) {
  let missed = NONE;
  for (let n = 0; n < filtering.length; n++) {
    const i = filtering[n];
    if (wanted[i][columns[i][f]]) continue;
    if (missed !== NONE) return SEVERAL;
    missed = i;
  }
  return missed;
}

function chosenIn(query, key) {
  const values = query.getAll(key).filter((value) => value !== 'all');
  return new Set(values);
}
