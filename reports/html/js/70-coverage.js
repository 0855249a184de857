// Coverage: what was asked, what was answered, and what that leaves open.

addView({
  name: 'coverage',
  title: 'Coverage',
  key: 'v',
  isFreeOfBanner: true,
  count: () => (unseenGaps().length ? plural(unseenGaps().length, 'gap') : ''),
  isUnknownCount: true,
  draw(view) {
    drawTop('Coverage', 'what was asked, what was answered, and what that leaves open');
    const page = h(
      'div',
      { class: 'page' },
      coverageSentence(),
      coverageFacts(),
      placesSection(),
      gapsSection(),
      acceptedGapsSection(),
      badAcceptances(),
      waiversSection(),
      rulesSection(),
    );
    page.append(h('div', { class: 'cols' }, permissionsCard(), reasonsCard(), choiceCard()));
    view.append(page);
    markGap();
  },
});

/** [gap, index, verdicts it leaves unknown], most first; what was left out by choice is apart. */
function unseenGaps() {
  return (unseenGaps.known ||= gapsByWeight());
}

/** How many verdicts each gap leaves unknown. */
function gapVerdicts() {
  if (gapVerdicts.known) return gapVerdicts.known;
  const verdicts = D.gaps.map(() => 0);
  for (let f = 0; f < D.count; f++) for (const gap of gapsOf(f)) verdicts[gap]++;
  return (gapVerdicts.known = verdicts);
}

function gapsByWeight() {
  const verdicts = gapVerdicts();
  const unseen = D.gaps
    .map((gap, i) => [gap, i, verdicts[i]])
    .filter(([gap]) => gap.reason !== 'not_collected' && !gap.accepted);
  return unseen.sort((a, b) => b[2] - a[2] || b[0].rules.length - a[0].rules.length || a[1] - b[1]);
}

const gapName = (gap) =>
  gap.call
    ? h('code', {}, gap.call)
    : h('span', { class: 'mono' }, gap.resource || some(gap.types, 2) || 'an input');

function coverageSentence() {
  const { accounts = [], regions = [] } = D.snapshot;
  const places = plural(accounts.length, 'account') + ' and ' + plural(regions.length, 'region');
  const covers = accounts.length
    ? 'This report covers ' + places + '. '
    : 'This report covers ' + plural(D.resources.id.length, 'resource') + ' of code. ';
  const { unknown } = D.totals;
  if (D.isUnreadable)
    return h('p', { class: 'head' }, 'Nothing could be read. ', unknown ? unknownLink() : null);
  if (unknown) return h('p', { class: 'head' }, covers, unknownLink());
  return h(
    'p',
    { class: 'head' },
    covers,
    D.isIncomplete
      ? plural(D.calls.length, 'call') + ' could not be answered.'
      : 'Every verdict could be given.',
  );
}

function unknownLink() {
  const { unknown } = D.totals;
  return h(
    'a',
    { class: 'u', href: findingsLink({ v: 'unknown' }) },
    plural(unknown, 'verdict is', 'verdicts are') + ' unknown.',
  );
}

function coverageFacts() {
  const resources = Object.values(D.coverage.resources).reduce((sum, n) => sum + n, 0);
  const reasons = (...names) =>
    number(D.gaps.reduce((sum, gap) => sum + (names.includes(gap.reason) ? gap.count : 0), 0));
  const facts = [
    [number(resources), 'resources read'],
    [number(D.rules.length), 'rules applied'],
    [number(D.verdictCount), 'verdicts'],
    [reasons('denied'), 'calls denied'],
    [reasons('throttled'), 'throttled out'],
    [reasons('error', 'unsupported'), 'not answered otherwise'],
  ];
  const old = D.coverage.reused;
  if (old) facts.push([number(old.shards) + ' of ' + number(old.total), 'parts of earlier runs, back to ' + old.oldest]);
  return h(
    'div',
    { class: 'facts' },
    facts.map(([value, name]) => h('div', {}, h('b', { class: 'num' }, value), h('span', {}, name))),
  );
}

function gapsSection() {
  const gaps = unseenGaps();
  const body = gaps.length
    ? gapsTable(gaps)
    : h('p', { class: 'muted' }, D.isCode ? 'Every input was read.' : everyCallWords());
  return h(
    'section',
    {},
    h(
      'div',
      { class: 'row mb' },
      h('h2', { class: 'grow' }, 'Gaps ', h('span', { class: 'dim' }, number(gaps.length))),
    ),
    body,
  );
}

const GAPS_SHOWN = 20;

function gapsTable(gaps) {
  const body = h('tbody', {});
  const first = gaps.findIndex(([, index]) => String(index) === route.id);
  const nav = pager({ items: gaps, size: GAPS_SHOWN, body, row: gapRow, first });
  const heads = [
    ['Call', ''],
    ['Where', ''],
    ['Why', ''],
    ['Permission', ''],
    ['Leaves unknown', 'n'],
  ];
  const head = h(
    'thead',
    {},
    h(
      'tr',
      {},
      heads.map(([name, className]) => h('th', { scope: 'col', class: className }, name)),
    ),
  );
  return [
    h(
      'div',
      { class: 'tw', tabindex: '0', role: 'region', 'aria-label': 'Gaps' },
      h('table', { class: 't stack' }, head, body),
    ),
    nav,
  ];
}

function gapRow([gap, index, verdicts]) {
  const also = gap.otherMessages ? ' (and ' + plural(gap.otherMessages, 'other message') + ')' : '';
  const what = gap.resources > 1 ? plural(gap.resources, 'resource') : gap.call ? gap.resource : '';
  return h(
    'tr',
    { id: 'gap-' + index },
    h('td', {}, gapName(gap), what ? h('span', { class: 'dim under breaks' }, what) : null),
    h('td', {}, accountName(gap.account), h('span', { class: 'dim under' }, some(gap.regions, 4))),
    h(
      'td',
      {},
      h('span', { class: 'v-unknown' }, whyName(gap.reason)),
      h('span', { class: 'muted under breaks' }, gap.message + also),
    ),
    h(
      'td',
      { 'data-l': gap.permission ? 'Needs' : null },
      gap.permission ? h('code', {}, gap.permission) : h('span', { class: 'dim' }, '–'),
    ),
    h(
      'td',
      { class: 'n' },
      leavesUnknown(gap, index),
      verdicts && gap.rules.length
        ? h('span', { class: 'dim under' }, plural(gap.rules.length, 'rule'))
        : null,
    ),
  );
}

function leavesUnknown(gap, index) {
  const verdicts = gapVerdicts()[index];
  if (verdicts)
    return h('a', { href: findingsLink({ v: 'unknown', gap: index }) }, plural(verdicts, 'verdict'));
  return h('span', {}, gap.rules.length ? plural(gap.rules.length, 'rule') : 'no verdict');
}

function markGap() {
  const row = route.id && document.getElementById('gap-' + route.id);
  if (!row) return;
  row.classList.add('act');
  row.scrollIntoView({ block: 'center' });
}
