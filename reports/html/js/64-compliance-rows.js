// The requirements of a framework under their headings: filtered by cell, state and search, a page at a time.

const REQUIREMENTS_SHOWN = 40;

const stateSign = (data, state) => {
  const sign = STATE_SIGNS[data.states[state][0]];
  return h(
    'span',
    { class: 'st v-' + VERDICTS[sign] },
    verdictIcon(sign),
    h('span', {}, data.states[state][1]),
  );
};

const requirementText = (one) =>
  [one.id, one.title, ...(one.rules || []).map(([rule]) => D.rules[rule].id)].join(' ').toLowerCase();

/** What the filters leave, each behind the headings over it. */
function filteredRequirements({ data, framework, who, state, search }) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (one) =>
    (!who || cellOf(one) === who) &&
    (!state || data.states[one.state][0] === state) &&
    words.every((word) => requirementText(one).includes(word));
  const rows = [];
  let heads = [];
  for (const one of framework.requirements) {
    if (one.group) {
      while (heads.length && heads.at(-1).id !== one.parent) heads.pop();
      heads = [...heads, one];
    } else if (fits(one)) rows.push({ one, heads });
  }
  return rows;
}

function drawRequirements(chosen) {
  const { list } = chosen;
  const rows = filteredRequirements(chosen);
  const body = h('div', { class: 'card' });
  const first = rows.findIndex(({ one }) => one.id === chosen.open);
  const nav = pager({
    items: rows.map((row, i) => ({ ...row, before: i % REQUIREMENTS_SHOWN ? rows[i - 1].heads : [] })),
    size: REQUIREMENTS_SHOWN,
    body,
    row: (row) => [headings(row), requirementRow(chosen, row.one)],
    first,
  });
  const isFiltered = chosen.who || chosen.state || chosen.search;
  const clear = () => {
    location.hash = link('compliance', chosen.framework.id);
  };
  list.replaceChildren();
  put(list, [
    h(
      'div',
      { class: 'row wrap' },
      h('h2', { class: 'grow', 'aria-live': 'polite' }, plural(rows.length, 'requirement')),
      statePicker(chosen),
      isFiltered ? h('button', { class: 'btn', type: 'button', onclick: clear }, 'Show all') : null,
    ),
    rows.length ? body : h('p', { class: 'muted' }, 'Nothing matches these filters.'),
    nav,
  ]);
  $('#rq-open > summary')?.scrollIntoView({ block: 'center' });
}

function statePicker(chosen) {
  const { data, framework } = chosen;
  const counts = stateCounts(data, asked(framework));
  const options = data.states
    .map(([name, title], state) => [name, title + ' ' + number(counts[state])])
    .filter((_, state) => counts[state]);
  return select('State', [['', 'Every state'], ...options], chosen.state, (state) => {
    chosen.state = state;
    chosen.open = '';
    rememberCompliance(chosen);
    drawRequirements(chosen);
  });
}

/** The headings that the row before did not stand under. */
const headings = ({ heads, before }) =>
  heads
    .filter((head) => !before.includes(head))
    .map((head) => h('h3', { class: 'grp' }, h('span', { class: 'dim' }, head.id), head.title));

const ruleCounts = (one) =>
  (one.rules || []).reduce(
    (sum, [, , counts]) => sum.map((n, v) => n + (counts[v] || 0)),
    VERDICTS.map(() => 0),
  );

const whoName = (who) => WHO.find(([name]) => name === who)?.[1] || who;
const howName = (how) => HOW.find(([name]) => name === how)?.[1] || how;

function requirementRow(chosen, one) {
  const { data } = chosen;
  const counts = ruleCounts(one);
  const hasVerdicts = counts.some((n) => n);
  const body = h('div', { class: 'in' });
  const details = h(
    'details',
    {
      class: 'req',
      name: 'req',
      open: chosen.open === one.id,
      id: chosen.open === one.id ? 'rq-open' : null,
    },
    h(
      'summary',
      {},
      icon('chev', 'chev'),
      h('span', { class: 'mono' }, one.id),
      h('span', { class: 'ti' }, one.title),
      h('span', { class: 'rs dim' }, whoName(one.responsibility)),
      h(
        'span',
        { class: 'ba' },
        hasVerdicts
          ? verdictBar(counts, 'hbar', true)
          : h('span', { class: 'dim' }, lowerFirst(howName(one.assessment))),
      ),
      stateSign(data, one.state),
    ),
    body,
  );
  const fill = () => {
    body.replaceChildren();
    if (details.open) put(body, requirementBody(chosen, one));
  };
  details.addEventListener('toggle', () => {
    fill();
    if (!details.open || chosen.open === one.id) return;
    chosen.open = one.id;
    rememberCompliance(chosen);
  });
  fill();
  return details;
}

const REASONS = { customer: 'you alone', shared: 'AWS and you', aws: 'AWS' };

/** What the state rests on: sentences, rules, AWS, people, accounts. */
function requirementBody({ data, framework }, one) {
  const titles = new Map(framework.aws.map((item) => [item.key, item.title]));
  const aws = (one.attested_by || []).map((key) => titles.get(key) || key);
  const pair = (name, value) => (value ? [h('dt', {}, name), h('dd', {}, value)] : null);
  return [
    h('p', {}, h('b', {}, data.states[one.state][1] + '. '), data.states[one.state][3]),
    (one.because || []).map((text) => h('p', { class: 'breaks' }, text)),
    h(
      'dl',
      { class: 'kv' },
      pair('Answers for it', REASONS[one.responsibility] || one.responsibility),
      pair('Assessed', lowerFirst(howName(one.assessment))),
      pair('Asked for by', one.levels && one.levels.join(', ')),
      pair('AWS answers by', aws.join('; ')),
      pair('AWS’s part', one.aws),
      pair('Left to you', one.remains),
      pair('Note', one.note),
    ),
    one.rules ? evidenceRows(one) : null,
    one.attested
      ? h(
          'ul',
          { class: 'list' },
          one.attested.map((item) => saidRow(item)),
        )
      : null,
    one.accounts ? accountStates(data, one) : null,
  ];
}

const RULES_OF_ONE = 12;

function evidenceRows(one) {
  const body = h('ul', { class: 'list' });
  const worst = [...one.rules].sort((a, b) => b[2][0] - a[2][0] || b[2][1] - a[2][1] || a[0] - b[0]);
  const nav = pager({ items: worst, size: RULES_OF_ONE, body, row: evidenceRow });
  return [
    h('p', { class: 'cap' }, plural(one.rules.length, 'rule gives', 'rules give') + ' evidence:'),
    body,
    nav,
  ];
}

function evidenceRow([place, bound, counts, ran]) {
  const rule = D.rules[place];
  const words = ran
    ? counts
        .map((n, v) => (n ? number(n) + ' ' + VERDICT_NAMES[v].toLowerCase() : ''))
        .filter(Boolean)
        .join(', ') || 'nothing to judge'
    : 'did not run';
  return h(
    'li',
    {},
    h(
      'a',
      { class: 'lrow', href: findingsLink({ v: 'all', rule: rule.id }) },
      verdictIcon(counts[FAIL] || counts[WAIVED] ? FAIL : counts[UNKNOWN] || !ran ? UNKNOWN : PASS, true),
      h(
        'span',
        { class: 't' },
        rule.title,
        h('span', { class: 'cap under breaks mono' }, rule.id + (bound ? ' (' + bound + ')' : '')),
      ),
      h('span', { class: 'dim num nw' }, words),
    ),
  );
}

const ACCOUNTS_NAMED = 4;

/** The accounts of each state, the first few by name. */
function accountStates(data, one) {
  const rows = data.states
    .map((_, state) => [state, data.accounts.filter((_, i) => Number(one.accounts[i]) === state)])
    .filter(([, accounts]) => accounts.length);
  return h(
    'dl',
    { class: 'kv' },
    rows.map(([state, accounts]) => [
      h('dt', {}, data.states[state][1]),
      h('dd', { class: 'num' }, 'in ' + some(accounts, ACCOUNTS_NAMED)),
    ]),
  );
}
