// Resources: a list, worst first, and beside it the resource that is open.

addView({
  name: 'resources',
  title: 'Resources',
  key: 'r',
  draw: (view) => new ResourcesView(view),
});

/** Per resource its verdicts, its worst severity, and the order worst first; worked out once. */
function resourceStats() {
  if (resourceStats.known) return resourceStats.known;
  const kinds = VERDICTS.length;
  const counts = new Uint16Array(D.resourceCount * kinds);
  const worst = new Uint8Array(D.resourceCount).fill(SEVERITIES.length);
  const weights = new Float64Array(D.resourceCount);
  for (let f = 0; f < D.count; f++) {
    const r = D.findings.resource[f];
    counts[r * kinds + verdictOf(f)]++;
    if (verdictOf(f) === FAIL) worst[r] = Math.min(worst[r], severityOf(f));
    weights[r] += weightOf(f);
  }
  const order = Uint32Array.from({ length: D.resourceCount }, (_, r) => r);
  order.sort((a, b) => weights[b] - weights[a] || a - b);
  const of = (r) => [...counts.subarray(r * kinds, (r + 1) * kinds)];
  return (resourceStats.known = { of, worst, order });
}

/** A fail outweighs any number of lesser ones (up to a thousand), and those any unknown. */
function weightOf(f) {
  if (verdictOf(f) === FAIL) return 1000 ** (SEVERITIES.length - 1 - severityOf(f));
  return verdictOf(f) === UNKNOWN ? 0.001 : 0;
}

/** Ids that stand for all resources of a type in a place, because their listing failed. */
function unlistedIds() {
  return (unlistedIds.known ||= new Set(
    D.coverage.places.flatMap(([account, region, , failed]) =>
      failed.map(([type]) => account + '/' + region + '/' + type),
    ),
  ));
}

const isUnlisted = (r) => unlistedIds().has(resourceText(r, 'id'));
const resourceTitle = (r) =>
  isUnlisted(r)
    ? 'Any ' + shortType(resourceText(r, 'type'))
    : resourceText(r, 'name') || resourceText(r, 'id');
/** The end of an id, where the name is another: many groups are called `default`. */
function idTail(r, title) {
  const tail = resourceText(r, 'id').split(/[/:#]/).pop();
  return isUnlisted(r) || tail === title || title.includes(tail) ? '' : tail;
}

const resourceLink = (r, query) => link('resources', linkId(r), query);
const resourcePlace = (r) =>
  [resourceText(r, 'account'), resourceText(r, 'region')].filter(Boolean).join(' · ');

class ResourcesView {
  constructor(view) {
    this.text = route.query.get('q') || '';
    this.type = route.query.get('type') || '';
    this.id = route.id;
    this.shown = resourceNamed(this.id);
    this.build(view);
    current = this;
    this.refresh();
    if (this.id && this.shown === undefined) this.showMissing();
    else if (this.shown === undefined && !isNarrow() && this.items.length) this.show(this.items[0], false);
    else if (this.shown !== undefined) this.show(this.shown, false);
    if (this.shown !== undefined) this.list.go(this.items.indexOf(this.shown));
  }

  build(view) {
    drawTop('Resources', plural(D.resourceCount, 'resource') + ' judged', {
      placeholder: 'Search name, ARN, tag:…',
      value: this.text,
      changed: (text) => {
        this.text = text;
        this.refresh(rememberSoon);
      },
    });
    this.list = new VirtualList({
      label: 'Resources',
      height: () => (isNarrow() ? 56 : 44),
      row: (r) => resourceRow(r),
      open: (r, byKey) => this.show(r, byKey),
      toggle: () => {},
    });
    this.tools = h(
      'div',
      { class: 'tools' },
      select('Type', this.typeOptions(), this.type, (type) => {
        this.type = type;
        this.refresh();
      }),
      h('span', { class: 'grow' }),
      h('span', { class: 'cap' }, 'worst first'),
    );
    this.chips = h('div', { class: 'chips', 'aria-live': 'polite' });
    this.detail = h('section', { class: 'detail', hidden: true, tabindex: '-1', 'aria-label': 'Resource' });
    this.middle = h('div', { class: 'mid' }, this.tools, this.chips, h('span', {}), this.list.element);
    this.panes = h('div', { class: 'panes nofac' }, this.middle, this.detail);
    view.append(this.panes);
  }

  typeOptions() {
    const types = distinct(textsOf(D.resources.type)).map((type) => [type, shortType(type)]);
    return [['', 'All types'], ...types];
  }

  refresh(write = remember) {
    const within = searchResources(this.text);
    const type = this.type ? D.strings.indexOf(this.type) : -1;
    const isShown = (r) => (!within || within[r]) && (!this.type || D.resources.type[r] === type);
    this.items = resourceStats().order.filter(isShown);
    this.list.element.hidden = !this.items.length;
    this.list.set(this.items, this.shown === undefined ? -1 : this.items.indexOf(this.shown));
    $$('.empty', this.middle).forEach((element) => element.remove());
    if (!this.items.length) this.middle.append(this.emptyState());
    this.chips.replaceChildren(plural(this.items.length, 'resource'));
    this.remember(write);
  }

  emptyState() {
    if (!D.resourceCount) return h('div', { class: 'empty' }, h('h2', {}, 'This report holds no resources'));
    const clear = () => {
      this.text = this.type = $('#q').value = $('select', this.tools).value = '';
      this.refresh();
    };
    return h(
      'div',
      { class: 'empty' },
      h('h2', {}, 'Nothing matches these filters'),
      h('p', {}, plural(D.resourceCount, 'resource is', 'resources are') + ' in this report.'),
      h('button', { class: 'btn', type: 'button', onclick: clear }, 'Clear filters'),
    );
  }

  remember(write = remember) {
    const query = new URLSearchParams();
    if (this.text) query.set('q', this.text);
    if (this.type) query.set('type', this.type);
    write('resources', this.id, query);
  }

  isOpen() {
    return !this.detail.hidden;
  }

  peek(r) {
    this.show(r, false);
  }

  show(r, isFocused) {
    this.shown = r;
    this.id = linkId(r);
    this.open();
    this.remember();
    drawResource(this.detail, r, { close: () => this.close(), move: listMoved });
    if (isFocused || isNarrow()) this.detail.focus();
  }

  open() {
    this.detail.hidden = false;
    this.panes.classList.add('det');
  }

  close() {
    this.id = '';
    this.shown = undefined;
    this.detail.hidden = true;
    this.panes.classList.remove('det');
    this.remember();
    this.list.element.focus();
  }

  showMissing() {
    this.open();
    const close = h(
      'button',
      { class: 'btn', type: 'button', onclick: () => this.close() },
      'Show all resources',
    );
    this.detail.replaceChildren(
      h(
        'div',
        { class: 'empty' },
        h('h2', {}, 'This resource is not in this report'),
        h('p', {}, 'No rule judged ', h('code', {}, this.id), '. It may be gone, or was not scanned.'),
        close,
      ),
    );
  }
}

function resourceRow(r) {
  const { of, worst } = resourceStats();
  const counts = of(r);
  const sign =
    worst[r] < SEVERITIES.length
      ? severityIcon(worst[r], true)
      : verdictIcon(counts[UNKNOWN] ? UNKNOWN : PASS, true);
  const count = (v) => {
    if (!counts[v]) return h('span', { class: 'cnt' }); // what is none says nothing: the list is long
    return h('span', { class: 'cnt v-' + VERDICTS[v] }, verdictIcon(v, true), number(counts[v]));
  };
  const title = resourceTitle(r);
  const place = [shortType(resourceText(r, 'type')), resourcePlace(r)].filter(Boolean).join(' · ');
  return h(
    'div',
    { class: 'vr r' },
    sign,
    h(
      'span',
      { class: 'two-lines', title: title + '\n' + resourceText(r, 'id') },
      h('span', { class: 'trunc' }, h('b', {}, title), ' ', h('span', { class: 'dim' }, idTail(r, title))),
      h('span', { class: 'dim trunc' }, isUnlisted(r) ? 'not listed · ' + resourcePlace(r) : place),
    ),
    h('span', { class: 'ty' }, verdictBar(counts, 'hbar')),
    h('span', { class: 'row num' }, count(FAIL), count(UNKNOWN)),
  );
}
