// Which findings are shown: facets, search, and the counts beside each facet that ignore the facet itself.

/** What the facets filter by. `of(f)` gives a finding's value; `shown` limits a long facet. */
const FACETS = [
  {
    key: 'v',
    title: 'Verdict',
    of: (f) => VERDICTS[verdictOf(f)],
    all: VERDICTS,
    name: (v) => VERDICT_NAMES[VERDICTS.indexOf(v)],
    icon: (v) => verdictIcon(VERDICTS.indexOf(v)),
  },
  {
    key: 's',
    title: 'Severity',
    of: (f) => SEVERITIES[severityOf(f)],
    all: SEVERITIES,
    name: (v) => SEVERITY_NAMES[SEVERITIES.indexOf(v)],
    icon: (v) => severityIcon(SEVERITIES.indexOf(v)),
  },
  { key: 'why', title: 'Why unknown', of: whyOf, name: whyName, isOptional: true },
  { key: 'svc', title: 'Service', of: (f) => ruleOf(f).service, name: serviceName },
  { key: 'a', title: 'Account', of: accountOf, name: accountName },
  { key: 'r', title: 'Region', of: regionOf, name: regionName },
  { key: 'rule', title: 'Rule', of: (f) => ruleOf(f).id, name: (id) => id, isMono: true },
  { key: 'own', title: 'Responsibility', of: (f) => ruleOf(f).responsibility, name: responsibilityName },
];

function serviceName(service) {
  return service.length <= 4 ? service.toUpperCase() : service;
}

function responsibilityName(value) {
  return { customer: 'Customer', shared: 'Shared with AWS' }[value] || value || 'Not told';
}

/** Give each facet its values and, as a column, which of them each finding has. */
function buildFacets() {
  for (const facet of FACETS) {
    const values = new Map((facet.all || []).map((value, i) => [value, i]));
    facet.column = new Uint32Array(D.count);
    for (let f = 0; f < D.count; f++) {
      const value = facet.of(f);
      if (!values.has(value)) values.set(value, values.size);
      facet.column[f] = values.get(value);
    }
    facet.values = [...values.keys()];
    facet.index = values;
  }
  sortFindings();
}

/** Worst first, in verdict and severity, then by rule, then as published. */
function sortFindings() {
  const { verdict, severity, rule } = D.findings;
  D.order = Uint32Array.from({ length: D.count }, (_, f) => f);
  D.order.sort((a, b) => verdict[a] - verdict[b] || severity[a] - severity[b] || rule[a] - rule[b] || a - b);
}

const PREFIXES = ['rule', 'account', 'region', 'severity', 'tag', 'service', 'type'];

/** A search as a test of a finding. Each word must occur; texts that findings share are looked through once. */
function searchTest(text) {
  const tests = text.toLowerCase().split(/\s+/).filter(Boolean).map(wordTest);
  return tests.length ? (f) => tests.every((test) => test(f)) : null;
}

function wordTest(word) {
  const colon = word.indexOf(':');
  const prefix = PREFIXES.includes(word.slice(0, colon)) ? word.slice(0, colon) : '';
  const needle = prefix ? word.slice(colon + 1) : word;
  const has = (...texts) => texts.some((text) => text.toLowerCase().includes(needle));
  const tags = (r) => tagsOf(r).some(([key, value]) => has(key + '=' + value));
  const resource =
    (...columns) =>
    (r) =>
      has(...columns.map((column) => resourceText(r, column)));
  const byRule = (test) => memo(D.rules.length, (i) => test(D.rules[i]), D.findings.rule);
  const byResource = (test) => memo(D.resources.id.length, test, D.findings.resource);
  switch (prefix) {
    case 'rule':
      return byRule((rule) => has(rule.id));
    case 'severity':
      return (f) => has(SEVERITIES[severityOf(f)]);
    case 'service':
      return byRule((rule) => has(rule.service));
    case 'tag':
      return byResource(tags);
    case 'type':
      return byResource(resource('type'));
    case 'account':
      return byResource(resource('account'));
    case 'region':
      return byResource(resource('region'));
  }
  const inRule = byRule((rule) => has(rule.id, rule.title, rule.service));
  const inAny = resource('id', 'name', 'type', 'account', 'region');
  const inResource = byResource((r) => inAny(r) || tags(r));
  return (f) => inRule(f) || inResource(f) || has(messageOf(f), codePlaceOf(f));
}

/** A test of findings through a column, each of the column's values tried once. */
function memo(size, test, column) {
  const known = new Int8Array(size);
  return (f) => {
    const at = column[f];
    if (!known[at]) known[at] = test(at) ? 1 : -1;
    return known[at] > 0;
  };
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
    const search = searchTest(this.text);
    const counts = FACETS.map((facet) => new Uint32Array(facet.values.length));
    const active = FACETS.map((facet, i) => ({ i, column: facet.column, wanted: this.wanted(facet) }));
    const filtering = active.filter(({ wanted }) => wanted);
    const found = [];
    for (const f of D.order) {
      if (this.gap >= 0 && !D.findings.gaps[f].includes(this.gap)) continue;
      missedFacets(filtering, f);
      if (missed.count > 1 || (search && !search(f))) continue;
      if (missed.count === 1) {
        counts[missed.last][FACETS[missed.last].column[f]]++;
        continue;
      }
      found.push(f);
      for (const { i, column } of active) counts[i][column[f]]++;
    }
    return { found, counts };
  }

  /** Per value of the facet whether it is chosen; null if the facet does not filter. */
  wanted(facet) {
    const chosen = this.chosen.get(facet.key);
    if (!chosen.size) return null;
    return facet.values.map((value) => chosen.has(value));
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

const missed = { count: 0, last: -1 }; // one object for all findings: this runs once for each of them

/** How many of the facets refuse a finding (two are as good as more), and which was the last. */
function missedFacets(filtering, f) {
  missed.count = 0;
  for (const { i, column, wanted } of filtering) {
    if (wanted[column[f]]) continue;
    missed.last = i;
    if (++missed.count > 1) break;
  }
  return missed;
}

function chosenIn(query, key) {
  const values = query.getAll(key).filter((value) => value !== 'all');
  return new Set(values);
}
