// What could not be seen, on the overview: the gaps that weigh most, or the reasons for what is unknown.

const UNSEEN_SHOWN = 5;

function unseenCard(className) {
  const gaps = unseenGaps();
  const rows = gaps.slice(0, UNSEEN_SHOWN).map(unseenRow);
  const none = D.isCode ? 'Every input was read.' : everyCallWords();
  const reasons = rows.length ? null : reasonRows();
  const body = h(
    'div',
    { class: 'b' },
    rows.length ? h('ul', { class: 'list' }, rows) : h('p', { class: 'muted' }, none),
    reasons && reasons.length ? h('ul', { class: 'list' }, reasons) : null,
  );
  const end = h('a', { href: '#/coverage' }, rows.length ? 'All gaps' : 'Coverage');
  return card('Could not be seen', body, end, className);
}

function unseenRow([gap, index, verdicts]) {
  const where = [whyName(gap.reason).toLowerCase(), gap.account, some(gap.regions, 2)]
    .filter(Boolean)
    .join(' · ');
  return h(
    'li',
    {},
    h(
      'a',
      { class: 'lrow', href: '#/coverage/' + index },
      verdictIcon(UNKNOWN),
      h('span', { class: 't' }, gapName(gap), h('span', { class: 'cap under' }, where)),
      h(
        'span',
        { class: 'num nw' },
        verdicts ? plural(verdicts, 'verdict') : plural(gap.rules.length, 'rule'),
      ),
    ),
  );
}

/** Unknown verdicts by reason, each a link to them. */
function reasonRows() {
  return [...unknownReasons()].map(([why, count]) =>
    h(
      'li',
      {},
      h(
        'a',
        { class: 'lrow', href: findingsLink({ v: 'unknown', why }) },
        verdictIcon(UNKNOWN),
        h('span', { class: 't' }, whyName(why)),
        h('span', { class: 'num nw' }, plural(count, 'verdict')),
      ),
    ),
  );
}

function unknownReasons() {
  const reasons = new Map();
  for (let f = 0; f < D.count; f++) {
    if (verdictOf(f) === UNKNOWN) reasons.set(whyOf(f), (reasons.get(whyOf(f)) || 0) + 1);
  }
  return new Map([...reasons].sort((a, b) => b[1] - a[1]));
}
