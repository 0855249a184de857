// Overview: a sentence whose numbers are links, then severities, verdicts, rules that fail, and what was not seen.

addView({
  name: 'overview',
  title: 'Overview',
  short: 'Home',
  key: 'o',
  draw(view) {
    drawTop('Overview', overviewSubtitle());
    const open = openBySeverity();
    const cards = [severityCard(open), verdictCard(), failingCard(), besideFailing()];
    view.append(h('div', { class: 'page' }, overviewSentence(open.fail), h('div', { class: 'cols' }, cards)));
  },
});

/** The table of services stands under the gaps while it is small enough for that column. */
function besideFailing() {
  const heat = heatCard();
  const isWide = heat && servicesShown().length > HEAT_NARROW;
  const column = h('div', { class: 'c5 w12 vstack' });
  put(column, [pathsCard(), sinceCard(), unseenCard(''), isWide ? null : heat]);
  return [column, isWide ? heat : null];
}

function overviewSubtitle() {
  const compared = D.baseline ? 'compared with ' + dayWords(D.baseline.taken_at) : '';
  return [takenAt(), sourceName(), compared].filter(Boolean).join(' · ');
}

const card = (title, body, end, className) =>
  h('section', { class: 'card ' + (className || '') }, h('header', {}, h('h2', {}, title), end), body);

function openBySeverity() {
  const zero = () => SEVERITIES.map(() => 0);
  const counts = { fail: zero(), unknown: zero() };
  for (let f = 0; f < D.count; f++) {
    if (verdictOf(f) === FAIL) counts.fail[severityOf(f)]++;
    if (verdictOf(f) === UNKNOWN) counts.unknown[severityOf(f)]++;
  }
  return counts;
}

function overviewSentence(fail) {
  return h('p', { class: 'head' }, openWords(fail), ' ', unknownWords());
}

function openWords(fail) {
  if (D.isUnreadable) return 'Nothing could be read, so whether anything fails is not known.';
  if (!D.verdictCount) return 'No rule found anything to judge.';
  if (!D.totals.fail) return 'No open failures ' + scopeWords() + '.';
  const worst = fail.flatMap((n, i) => (n ? [i] : [])).slice(0, 2);
  const part = (i) =>
    h(
      'a',
      { href: findingsLink({ v: 'fail', s: SEVERITIES[i] }), class: 's' + i },
      number(fail[i]) + ' ' + SEVERITIES[i],
    );
  const count = worst.reduce((sum, i) => sum + fail[i], 0);
  const verb = count === 1 ? ' finding is open ' : ' findings are open ';
  const end = verb + scopeWords() + '. ';
  return [part(worst[0]), worst[1] === undefined ? '' : [' and ', part(worst[1])], end, newWords()];
}

function unknownWords() {
  const { unknown } = D.totals;
  if (!unknown && !D.isIncomplete) return D.isCode ? 'Every verdict could be given.' : everyCallWords();
  if (!unknown)
    return [
      h('a', { href: '#/coverage', class: 'u' }, plural(D.calls.length, 'call')),
      ' could not be answered.',
    ];
  return [
    h('a', { href: '#/coverage', class: 'u' }, share(unknown, D.verdictCount) + ' of verdicts'),
    ' could not be given.',
  ];
}

/** A gap that somebody accepted, or that no rule minded, leaves the run complete, but the call unanswered. */
function everyCallWords() {
  if (unseenGaps().length) return 'Every verdict could be given.';
  const accepted = D.gaps.filter((gap) => gap.accepted).length;
  return 'Every call was answered' + (accepted ? ', ' + plural(accepted, 'accepted gap') + ' aside.' : '.');
}

function severityCard(open) {
  const most = Math.max(1, ...open.fail.map((n, i) => n + open.unknown[i]));
  const isCompared = Boolean(D.baseline);
  const heads = [
    'Severity',
    'Open',
    h('span', { class: 'sr' }, 'Share'),
    isCompared ? 'New' : null,
    'Unknown',
  ];
  const table = h(
    'table',
    { class: 'sevtab' },
    h('caption', { class: 'sr' }, 'Open failures by severity'),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        heads.filter(Boolean).map((head) => h('th', { scope: 'col' }, head)),
      ),
    ),
    h(
      'tbody',
      {},
      SEVERITIES.map((_, i) => severityRow(i, open.fail[i], open.unknown[i], most)),
    ),
  );
  const all = D.totals.fail
    ? h('a', { href: findingsLink({ v: 'fail' }) }, 'All ' + number(D.totals.fail))
    : null;
  return card('Open failures', h('div', { class: 'b' }, table), all, 'c7 w12');
}

function severityRow(i, fail, unknown, most) {
  const to = (verdict) => findingsLink({ v: verdict, s: SEVERITIES[i] });
  const count = D.isUnreadable
    ? h('span', { class: 'dim' }, 'not known')
    : h('a', { href: to('fail') }, number(fail));
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, h('a', { href: to('fail') }, severitySign(i))),
    h('td', { class: 'big num' }, count),
    h('td', { class: 'bar' }, severityBar(i, fail, unknown, most)),
    D.baseline ? newCell(i) : null,
    h(
      'td',
      { class: 'num' },
      unknown
        ? h('a', { href: to('unknown'), class: 'v-unknown' }, number(unknown))
        : h('span', { class: 'dim' }, '0'),
    ),
  );
}

/** How many of the open ones are new or reopened. */
function newCell(i) {
  const count = changeCounts().bySeverity[i];
  const query = [
    ['v', 'fail'],
    ['s', SEVERITIES[i]],
    ['c', 'new'],
    ['c', 'reopened'],
  ];
  return h(
    'td',
    { class: 'num' },
    count ? h('a', { href: findingsLink(query) }, '+' + number(count)) : h('span', { class: 'dim' }, '0'),
  );
}

/** Open in the severity's colour, then unknown hatched; all rows have one scale. */
function severityBar(i, fail, unknown, most) {
  const width = (n) => (n ? Math.max(1, (n / most) * 100) : 0);
  const bar = s(
    'svg',
    { class: 'hbar', 'aria-hidden': 'true' },
    s('rect', { class: 'track', width: '100%', height: '100%' }),
  );
  if (unknown)
    bar.append(
      s('rect', { class: 'f-unknown', x: width(fail) + '%', width: width(unknown) + '%', height: '100%' }),
    );
  if (fail) bar.append(s('rect', { class: 'f-s' + i, width: width(fail) + '%', height: '100%' }));
  return bar;
}

function verdictCard() {
  const counts = VERDICTS.map((name) => D.totals[name]);
  const rows = VERDICTS.map((name, v) => {
    const cells = [
      verdictSign(v),
      h('b', { class: 'num' }, number(counts[v])),
      h('span', { class: 'pc num' }, share(counts[v], D.verdictCount)),
    ];
    // What does not apply is only counted, so there is nothing to lead to.
    return name === 'not_applicable'
      ? h('span', {}, cells)
      : h('a', { href: findingsLink({ v: name }) }, cells);
  });
  const resources = Object.values(D.coverage.resources).reduce((sum, n) => sum + n, 0);
  const legend = h('div', { class: 'leg' }, rows);
  const body = h('div', { class: 'b' }, verdictBar(counts, 'vb', true), legend, waiverNote());
  const end = h(
    'span',
    { class: 'end dim' },
    number(D.verdictCount) + ' on ' + plural(resources, 'resource'),
  );
  return card('All verdicts', body, end, 'c5 w12');
}

const FAILING_SHOWN = 8;

/** The rules that fail, worst severity first, then by how many resources. */
function failingRules() {
  const byRule = new Map();
  for (const f of D.order) {
    if (verdictOf(f) !== FAIL) break; // fails come first
    const id = D.findings.rule[f];
    if (byRule.has(id)) byRule.get(id).push(f);
    else byRule.set(id, [f]);
  }
  return [...byRule.values()].sort((a, b) => severityOf(a[0]) - severityOf(b[0]) || b.length - a.length);
}

function failingCard() {
  const rules = failingRules();
  const rows = rules.slice(0, FAILING_SHOWN).map(failingRow);
  const body = rows.length
    ? h('ul', { class: 'list top', 'data-pad': '' }, rows)
    : h('p', { class: 'b muted' }, noFailures());
  const end = rules.length ? h('span', { class: 'end dim' }, failingEnd(rules.length)) : null;
  return card('What fails, worst first', body, end, 'c7 w12 fit');
}

function failingEnd(count) {
  return count > FAILING_SHOWN ? FAILING_SHOWN + ' of ' + plural(count, 'rule') : plural(count, 'rule');
}

function noFailures() {
  if (D.isUnreadable) return 'Not known: nothing could be read.';
  return D.totals.unknown ? 'No rule fails on what could be read.' : 'No rule fails.';
}

function failingRow(findings) {
  const [first] = findings;
  const isOne = findings.length === 1;
  const names = [...new Map(findings.map((f) => [D.findings.resource[f], nameOf(f)])).values()];
  const href = isOne
    ? findingLink(first, { v: 'fail' })
    : findingsLink({ v: 'fail', rule: ruleOf(first).id });
  return h(
    'li',
    {},
    h(
      'a',
      { class: 'risk', href },
      severityIcon(severityOf(first), true),
      h('h3', {}, isOne ? messageOf(first) : ruleOf(first).title),
      h('span', { class: 'dim nw place' }, isOne ? placeOf(first) : plural(names.length, 'resource')),
      h('span', { class: 'cap under' }, isOne ? ruleOf(first).id : some(names, 3)),
    ),
  );
}

const placeOf = (f) => codePlaceOf(f) || [accountOf(f), regionOf(f)].filter(Boolean).join(' · ');
