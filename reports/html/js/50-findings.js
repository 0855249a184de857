// Findings: quick filters, facets, the list, and beside it the finding that is open.

const GROUPINGS = [
  ['rule', 'By rule'],
  ['resource', 'By resource'],
  ['account', 'By account'],
  ['none', 'No groups'],
];

addView({
  name: 'findings',
  title: 'Findings',
  key: 'f',
  count: () => (D.isUnreadable ? '' : number(D.totals.fail)),
  draw: (view) => new FindingsView(view),
});

class FindingsView {
  constructor(view) {
    const { query, id } = route;
    const isPlain = !['v', 'q', 'gap'].some((key) => query.has(key)) && !id;
    this.filter = new Filter(query);
    if (isPlain) this.filter.chosen.get('v').add('fail');
    const group = query.get('g');
    this.group = GROUPINGS.some(([value]) => value === group) ? group : 'rule';
    this.fingerprint = id;
    this.folded = new Set();
    this.areFolded = false;
    this.build(view);
    current = this;
    this.refresh();
    if (id) this.openFromLink(id);
  }

  build(view) {
    drawTop('Findings', '', {
      placeholder: 'Search name, ARN, rule:…',
      value: this.filter.text,
      changed: (text) => this.search(text),
    });
    this.list = new VirtualList({
      label: 'Findings',
      height: () => (isNarrow() ? 56 : 36),
      row: (item) => (item.isGroup ? groupRow(item, this.group) : findingRow(item, this.group)),
      open: (item, byKey) => this.show(item.f, byKey),
      toggle: (item) => this.toggle(item),
    });
    this.facets = h('div', { class: 'fac', role: 'region', 'aria-label': 'Filters', tabindex: '-1' });
    this.tools = h('div', { class: 'tools' });
    this.chips = h('div', { class: 'chips', 'aria-live': 'polite' });
    this.detail = h('section', { class: 'detail', hidden: true, tabindex: '-1', 'aria-label': 'Finding' });
    this.middle = h('div', { class: 'mid' }, this.tools, this.chips, listHead(), this.list.element);
    this.panes = h(
      'div',
      { class: D.isCode ? 'panes code' : 'panes' },
      this.facets,
      this.middle,
      this.detail,
    );
    view.append(this.panes);
  }

  search(text) {
    this.filter.text = text;
    this.refresh();
  }

  /** Filter again and draw all that depends on it; the active row stays where it can. */
  refresh(keep) {
    const { found, counts } = this.filter.run();
    this.found = found;
    const items = groupedItems(found, this);
    const open = D.byFingerprint.get(this.fingerprint);
    const first = items.findIndex((item) => !item.isGroup);
    const place = keep ? items.findIndex(keep) : items.findIndex((item) => item.f === open && !item.isGroup);
    this.list.element.hidden = !items.length;
    this.list.set(items, place >= 0 ? place : first);
    $$('.empty', this.middle).forEach((element) => element.remove());
    if (!items.length) this.middle.append(this.emptyState());
    this.counts = counts;
    drawFacets(this);
    drawTools(this);
    drawChips(this);
    this.remember();
  }

  emptyState() {
    const isEmpty = !D.count;
    const title = isEmpty ? 'This report holds no verdicts' : 'Nothing matches these filters';
    const text = isEmpty
      ? 'No resource of the types that the rules judge was found.'
      : plural(D.count, 'verdict is', 'verdicts are') +
        ' in this report; none has all of the chosen properties.';
    const clear = h('button', { class: 'btn', type: 'button', onclick: () => this.clear() }, 'Clear filters');
    return h('div', { class: 'empty' }, h('h2', {}, title), h('p', {}, text), isEmpty ? null : clear);
  }

  clear() {
    this.filter.clear();
    $('#q').value = '';
    this.refresh();
  }

  remember() {
    const query = this.filter.toQuery();
    if (this.group !== 'rule') query.set('g', this.group);
    remember('findings', this.fingerprint, query);
  }

  toggle(item) {
    if (this.folded.has(item.key)) this.folded.delete(item.key);
    else this.folded.add(item.key);
    const top = this.list.element.scrollTop;
    this.refresh((other) => other.isGroup && other.key === item.key);
    this.list.element.scrollTop = top;
  }

  isUnfolded(key) {
    return this.folded.has(key) === this.areFolded;
  }

  isOpen() {
    return !this.detail.hidden;
  }

  peek(item) {
    this.show(item.f, false);
  }

  show(f, isFocused) {
    this.fingerprint = D.findings.fingerprint[f];
    this.detail.hidden = false;
    this.panes.classList.add('det');
    this.remember();
    drawDetail(this.detail, f, { close: () => this.close(), move: listMoved });
    if (isFocused || isNarrow()) this.detail.focus();
  }

  close() {
    this.fingerprint = '';
    this.detail.hidden = true;
    this.panes.classList.remove('det');
    this.remember();
    this.list.element.focus();
  }

  openFromLink(fingerprint) {
    const f = D.byFingerprint.get(fingerprint);
    if (f === undefined) {
      this.showMissing(fingerprint);
      return;
    }
    this.show(f, false);
    const place = this.list.items.findIndex((item) => item.f === f && !item.isGroup);
    if (place >= 0) this.list.go(place);
  }

  showMissing(fingerprint) {
    this.detail.hidden = false;
    this.panes.classList.add('det');
    const all = h(
      'button',
      {
        class: 'btn',
        type: 'button',
        onclick: () => {
          this.close();
          this.clear();
        },
      },
      'Show all findings',
    );
    this.detail.replaceChildren(
      h(
        'div',
        { class: 'empty' },
        h('h2', {}, 'This finding is not in this report'),
        h(
          'p',
          {},
          'No rule and resource here have the fingerprint ',
          h('code', {}, fingerprint),
          '. The resource may be gone, or the rule was not selected.',
        ),
        all,
      ),
    );
  }

  toggleFacets() {
    this.facets.classList.toggle('open');
    if (this.facets.classList.contains('open')) $('input', this.facets)?.focus();
  }
}

/** The rows: groups in the order of their first finding, a group of one without a header. */
function groupedItems(found, view) {
  if (view.group === 'none') return found.map((f) => ({ f }));
  const keyOf = {
    rule: (f) => D.findings.rule[f],
    resource: (f) => D.findings.resource[f],
    account: accountOf,
  }[view.group];
  const groups = new Map();
  for (const f of found) {
    const key = keyOf(f);
    if (groups.has(key)) groups.get(key).push(f);
    else groups.set(key, [f]);
  }
  const whole = wholeCounts(view.group, keyOf);
  const items = [];
  for (const [key, findings] of groups) {
    if (findings.length === 1 && view.group !== 'account') {
      items.push({ f: findings[0] });
      continue;
    }
    const isOpen = view.isUnfolded(key);
    items.push({ isGroup: true, key, f: findings[0], size: findings.length, counts: whole.get(key), isOpen });
    if (isOpen) for (const f of findings) items.push({ f, level: 2 });
  }
  return items;
}

/** Verdicts of each group whatever the filter leaves; counted once a grouping. */
function wholeCounts(group, keyOf) {
  wholeCounts.known ||= new Map();
  if (wholeCounts.known.has(group)) return wholeCounts.known.get(group);
  const whole = new Map();
  for (let f = 0; f < D.count; f++) {
    const key = keyOf(f);
    if (!whole.has(key))
      whole.set(
        key,
        VERDICTS.map(() => 0),
      );
    whole.get(key)[verdictOf(f)]++;
  }
  wholeCounts.known.set(group, whole);
  return whole;
}
