// What is new since the earlier report, on the overview.

const SINCE_SHOWN = 4;

function sinceCard() {
  if (!D.baseline) return null;
  const counts = changeCounts();
  const cells = ['new', 'reopened', 'fixed', 'not_assessed'].map((name) =>
    h(
      'a',
      { href: link('changes', name) },
      h('b', { class: 'num' }, number(counts[name])),
      h('span', {}, name === 'not_assessed' ? 'Not assessed' : changeName(name)),
    ),
  );
  const fresh = [];
  for (const f of D.order) {
    if (verdictOf(f) !== FAIL || fresh.length === SINCE_SHOWN) break; // fails come first, the worst first
    if (['new', 'reopened'].includes(changeOf(f))) fresh.push(f);
  }
  const list = fresh.length ? h('ul', { class: 'list' }, fresh.map(sinceRow)) : null;
  const body = h('div', { class: 'b' }, h('div', { class: 'quad' }, cells), list);
  return card(
    'Since ' + dayWords(D.baseline.taken_at),
    body,
    h('a', { href: '#/changes' }, 'All changes'),
    'since',
  );
}

const sinceRow = (f) =>
  h(
    'li',
    {},
    h(
      'a',
      { class: 'lrow', href: findingLink(f, { v: 'fail', c: changeOf(f) }) },
      severityIcon(severityOf(f), true),
      h('span', { class: 't trunc', title: messageOf(f) }, messageOf(f)),
      h('span', { class: 'dim num nw acct' }, accountOf(f)),
    ),
  );

/** `15 are new since 16 Nov.`, as a link; what is reopened counts as new. */
function newWords() {
  if (!D.baseline) return null;
  const { bySeverity, reopened } = changeCounts();
  const count = bySeverity.reduce((sum, n) => sum + n, 0);
  const since = ' since\u00a0' + dayWords(D.baseline.taken_at).replace(' ', '\u00a0') + '. ';
  if (!count) return 'None is new' + since;
  const words = number(count) + (count === 1 ? ' is new' : ' are new') + (reopened ? ' or reopened' : '');
  const query = [
    ['v', 'fail'],
    ['c', 'new'],
    ['c', 'reopened'],
  ];
  return [h('a', { href: findingsLink(query) }, words), since];
}
