// Findings: quick filters, facets, the list, and beside it the finding that is open.

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
    const isPlain = !['v', 'q', 'gap', 'c'].some((key) => query.has(key)) && !id;
    this.filter = new Filter(query);
    if (isPlain) this.filter.chosen.get('v').add('fail');
    const group = query.get('g');
    this.group = GROUPINGS.some(([value]) => value === group) ? group : 'rule';
    this.fingerprint = id;
    this.shown = findingNamed(id); // the finding that is open, if it is in this report
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
      { class: ['panes', D.isCode && 'code', D.baseline && 'compared'].filter(Boolean).join(' ') },
      this.facets,
      this.middle,
      this.detail,
    );
    view.append(this.panes);
  }

  search(text) {
    this.filter.text = text;
    this.refresh(undefined, rememberSoon);
  }

  /** Filter again and draw all that depends on it; the open finding, or the group that was folded, stays active. */
  refresh(group, write = remember) {
    const { found, counts } = this.filter.run();
    this.found = found;
    this.rows = groupedRows(found, this);
    const items = this.rows;
    const place =
      group !== undefined ? items.rowOfGroup(group) : this.shown === undefined ? -1 : items.rowOf(this.shown);
    this.list.element.hidden = !items.length;
    this.list.set(items, place >= 0 ? place : firstFinding(items));
    $$('.empty', this.middle).forEach((element) => element.remove());
    if (!items.length) this.middle.append(this.emptyState());
    this.counts = counts;
    drawFacets(this);
    drawTools(this);
    drawChips(this);
    this.remember(write);
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

  remember(write = remember) {
    const query = this.filter.toQuery();
    if (this.group !== 'rule') query.set('g', this.group);
    write('findings', this.fingerprint, query);
  }

  toggle(item) {
    if (this.folded.has(item.key)) this.folded.delete(item.key);
    else this.folded.add(item.key);
    const top = this.list.element.scrollTop;
    this.refresh(item.key);
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
    this.shown = f;
    this.fingerprint = fingerprintOf(f);
    this.detail.hidden = false;
    this.panes.classList.add('det');
    this.remember();
    drawDetail(this.detail, f, { close: () => this.close(), move: listMoved });
    if (isFocused || isNarrow()) this.detail.focus();
  }

  close() {
    this.fingerprint = '';
    this.shown = undefined;
    this.detail.hidden = true;
    this.panes.classList.remove('det');
    this.remember();
    this.list.element.focus();
  }

  openFromLink(fingerprint) {
    if (this.shown === undefined) {
      this.showMissing(fingerprint);
      return;
    }
    this.show(this.shown, false);
    const place = this.rows.rowOf(this.shown);
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
    const isOpen = this.facets.classList.toggle('open');
    $(isOpen ? 'input' : '.only-s', isOpen ? this.facets : this.tools)?.focus();
  }
}

/** The first row that is no header. */
function firstFinding(items) {
  if (!items.length) return -1;
  return items.at(0).isGroup && items.length > 1 && items.at(0).isOpen ? 1 : 0;
}
