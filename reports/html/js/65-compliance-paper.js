// A framework on paper: an auditor's appendix, whole, whatever is filtered on the screen.

function compliancePaper({ data, framework }) {
  const all = asked(framework);
  const counts = stateCounts(data, all);
  return [
    h('h1', {}, framework.title + ' ' + framework.version),
    h(
      'p',
      {},
      'Accounts: ' + (data.accounts.join(', ') || 'none') + '. Read ' + takenAt() + ' by ',
      [D.tool.name, D.tool.version].filter(Boolean).join(' ') + '. ',
      framework.statement,
    ),
    h('p', {}, h('b', {}, plural(all.length, 'requirement') + ': '), stateWords(data, counts) + '.'),
    h('h2', {}, 'Who answers, and how it is assessed'),
    paperTable(
      ['Answers for it', ...HOW.map(([, title]) => title)],
      WHO.map(([who, name]) => [
        name,
        ...HOW.map(([how]) => {
          const found = all.filter((one) => cellOf(one) === who + '.' + how);
          return found.length
            ? number(found.length) + ': ' + stateWords(data, stateCounts(data, found))
            : 'none';
        }),
      ]),
    ),
    h('h2', {}, 'What the states mean'),
    paperTable(
      ['State', 'Requirements', 'Meaning'],
      data.states.map(([, title, , meaning], state) => [title, number(counts[state]), meaning]),
      'states',
    ),
    paperAttestations(framework),
    h('h2', {}, 'Requirements'),
    paperTable(
      ['Requirement', 'Answers', 'Assessed', 'State', 'What it rests on'],
      framework.requirements.map((one) => paperRow(data, framework, one)),
      'reqs',
    ),
  ];
}

function paperTable(heads, rows, className) {
  const row = (cells) =>
    h(
      'tr',
      {},
      cells.length === 1
        ? h('th', { colspan: heads.length, scope: 'colgroup' }, cells[0])
        : cells.map((cell) => h('td', {}, cell)),
    );
  return h(
    'table',
    { class: className || 'even' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        heads.map((name) => h('th', { scope: 'col' }, name)),
      ),
    ),
    h('tbody', {}, rows.map(row)),
  );
}

function paperAttestations(framework) {
  const said = (one, what) => [
    what,
    one.says === 'not_applicable' ? 'does not apply' : 'met',
    one.by,
    one.on + ' to ' + one.until + ' (' + one.standing + ')',
    [one.accounts ? 'for ' + one.accounts.join(', ') : '', one.statement, one.evidence]
      .filter(Boolean)
      .join('; '),
  ];
  const people = new Map();
  for (const one of framework.requirements)
    for (const item of one.attested || []) people.set(JSON.stringify(item), item);
  const rows = [
    ...framework.aws.flatMap((item) =>
      item.got.length
        ? item.got.map((one) => [item.title, 'on file', ...said(one, '').slice(2)])
        : [[item.title, 'not on file', '', '', item.where]],
    ),
    ...[...people.values()].map((one) => said(one, one.requirement)),
  ];
  if (!rows.length) return null;
  return [h('h2', {}, 'Attestations'), paperTable(['About', 'Says', 'By', 'Valid', 'Evidence'], rows)];
}

const PAPER_RULES = 12;

function paperRow(data, framework, one) {
  const name = [h('b', {}, one.id), ' ', one.title];
  if (one.group) return [name];
  const titles = new Map(framework.aws.map((item) => [item.key, item.title]));
  const rules = (one.rules || []).map(([place, bound, counts]) => {
    const words = counts.map((n, v) => (n ? n + ' ' + VERDICT_NAMES[v].toLowerCase() : '')).filter(Boolean);
    return (
      D.rules[place].id + (bound ? ' (' + bound + ')' : '') + ': ' + (words.join(', ') || 'nothing to judge')
    );
  });
  const lines = [
    ...(one.because || []),
    rules.length ? 'Rules: ' + some(rules, PAPER_RULES) + '.' : '',
    one.attested_by
      ? 'AWS answers by: ' + one.attested_by.map((key) => titles.get(key) || key).join('; ') + '.'
      : '',
    one.remains ? 'Left to the customer: ' + one.remains + '.' : '',
  ].filter(Boolean);
  return [
    name,
    whoName(one.responsibility),
    howName(one.assessment),
    data.states[one.state][1],
    lines.map((text) => h('div', {}, text)),
  ];
}
