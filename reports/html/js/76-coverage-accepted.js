// What somebody accepted: waivers, those that do nothing first, and gaps that the run is allowed to have.

const PROBLEM_WORDS = new Map([
  ['expired', 'Expired'],
  ['unused', 'Unused'],
  ['too_broad', 'Too broad'],
]);
const ACCEPTED_SHOWN = 15;

const problemsOf = (waiver) => waiver.problems || [];
const badWaivers = () => D.waivers.filter((waiver) => problemsOf(waiver).length);

function waiversSection() {
  if (!D.waivers.length) return null;
  const items = [...D.waivers].sort((a, b) => problemsOf(b).length - problemsOf(a).length);
  const bad = badWaivers().length;
  const note = bad ? plural(bad, 'needs', 'need') + ' attention' : '';
  return acceptedTable(
    'Waivers',
    items,
    ['State', 'Rule', 'Covers', 'Reason', 'Owner', 'Expires'],
    waiverRow,
    note,
  );
}

function acceptedTable(title, items, heads, row, note) {
  const body = h('tbody', {});
  const nav = pager({ items, size: ACCEPTED_SHOWN, body, row });
  const head = h(
    'thead',
    {},
    h(
      'tr',
      {},
      heads.map((name) => h('th', { scope: 'col' }, name)),
    ),
  );
  return h(
    'section',
    {},
    h(
      'div',
      { class: 'row mb' },
      h('h2', {}, title, ' ', h('span', { class: 'dim' }, number(items.length))),
      note ? h('span', { class: 'cap' }, note) : null,
    ),
    h(
      'div',
      { class: 'tw', tabindex: '0', role: 'region', 'aria-label': title },
      h('table', { class: 't stack' }, head, body),
    ),
    nav,
  );
}

function waiverRow(waiver) {
  const state = problemsOf(waiver).length
    ? problemWords(waiver)
    : h('span', { class: 'ver v-waived' }, verdictIcon(WAIVED), plural(waiver.findings || 0, 'finding'));
  const except = (waiver.exclude || []).map((entry) =>
    h(
      'span',
      { class: 'under' },
      'except ',
      matchers(entry).map((part) => [h('code', {}, part), ' ']),
    ),
  );
  return h('tr', {}, [
    h('td', {}, state),
    h('td', {}, h('code', { class: 'breaks' }, waiver.rule || '*')),
    h('td', { class: 'breaks' }, covered(matchers({ ...waiver, rule: '' })), except),
    acceptanceCells(waiver),
  ]);
}

/** What an entry must match, each as one reads it. */
function matchers(entry) {
  const tags = Object.entries(entry.tags || {}).map(([key, value]) => key + '=' + value);
  const { rule, account, region, resource, fingerprint } = entry;
  return [rule, account, region, resource, ...tags, fingerprint].filter(Boolean).map(String);
}

const covered = (parts) =>
  parts.length
    ? parts.map((part) => h('code', { class: 'under' }, part))
    : h('span', { class: 'dim' }, 'everything');

/** Entries of the settings that accept no gap, or too many. */
function badAcceptances() {
  const items = D.acceptedGaps.filter((entry) => problemsOf(entry).length);
  if (!items.length) return null;
  const heads = ['State', 'Call', 'Covers', 'Reason', 'Owner', 'Expires'];
  return acceptedTable('Accepted gaps that need attention', items, heads, acceptanceRow);
}

function acceptanceRow(entry) {
  const call = [entry.service, entry.operation].filter(Boolean).join(':');
  return h('tr', {}, [
    h('td', {}, problemWords(entry)),
    h('td', {}, h('code', { class: 'breaks' }, call || 'any call')),
    h('td', { class: 'breaks' }, covered(matchers(entry))),
    acceptanceCells(entry),
  ]);
}

/** Reason and source, owner, expiry: the same cells for all that somebody accepted. */
const acceptanceCells = ({ reason, source, owner, expires }) => [
  h('td', { class: 'breaks' }, reason, source ? h('span', { class: 'dim under' }, source) : null),
  h('td', { 'data-l': 'Owner', class: 'breaks' }, owner),
  h('td', { 'data-l': 'Expires', class: 'num breaks' }, expires || 'never'),
];

const problemWords = (entry) =>
  h(
    'b',
    { class: 's1' },
    problemsOf(entry)
      .map((name) => PROBLEM_WORDS.get(name) || name)
      .join(', '),
  );

function acceptedGapsSection() {
  const items = D.gaps.map((gap, index) => [gap, index]).filter(([gap]) => gap.accepted);
  if (!items.length) return null;
  return acceptedTable(
    'Accepted gaps',
    items,
    ['Call', 'Where', 'Reason', 'Owner', 'Expires', 'Leaves unknown'],
    acceptedRow,
    'Their verdicts stay unknown; the run counts as complete',
  );
}

const acceptedRow = ([gap, index]) =>
  h('tr', { id: 'gap-' + index }, [
    h('td', {}, gapName(gap)),
    h('td', {}, accountName(gap.account), h('span', { class: 'dim under' }, some(gap.regions, 4))),
    acceptanceCells(gap.accepted),
    h('td', { 'data-l': 'Leaves unknown' }, leavesUnknown(gap, index)),
  ]);

/** A line on the overview where waivers do nothing, for nobody looks into the coverage for that. */
function waiverNote() {
  const bad = badWaivers();
  if (!bad.length) return null;
  const parts = [...PROBLEM_WORDS].map(([name, words]) => {
    const count = bad.filter((waiver) => problemsOf(waiver).includes(name)).length;
    return count ? number(count) + ' ' + words.toLowerCase() : '';
  });
  return h(
    'p',
    { class: 'note' },
    h('a', { href: '#/coverage' }, plural(bad.length, 'waiver needs', 'waivers need') + ' attention'),
    ': ' + parts.filter(Boolean).join(', ') + '.',
  );
}
