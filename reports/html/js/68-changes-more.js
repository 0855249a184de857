// What the changes view inflates when it is opened: what is gone, and configurations member by member.

const GONE_WORDS = new Map([
  ['resource', 'the resource is gone'],
  ['rule', 'the rule was not run'],
  ['not_applicable', 'the rule does not apply to it any more'],
  ['not_scanned', 'its account, region or type was not scanned'],
  ['untold', 'the reports do not tell why'],
]);
const DIFFERENCES_SHOWN = 8;
const MEMBERS_CHANGED = 12;

function drawDifferences(left, right) {
  const scrollTo = () => {
    const wanted = route.id && document.getElementById('ch-' + route.id);
    if (wanted) wanted.scrollIntoView();
  };
  loadDifferences().then(
    ({ gone, changes }) => {
      put(left, [goneCard(gone)]);
      put(right, [configurationCard(changes), scopeCard(), rulesCard()]);
      scrollTo();
    },
    () => put(right, [h('p', { class: 'note' }, 'The configurations in this file could not be read.')]),
  );
}

function goneCard(gone) {
  const body = h('ul', { class: 'list' });
  const nav = pager({ items: gone, size: CHANGES_SHOWN, body, row: goneRow });
  const meaning = 'Nothing can be said of these any more: gone is not fixed.';
  return changeCard('gone', 'Gone', gone.length, meaning, [
    body,
    gone.length ? nav : h('p', { class: 'muted' }, 'None.'),
  ]);
}

function goneRow(item) {
  const v = item.verdict === 'fail' ? FAIL : UNKNOWN;
  const severity = SEVERITIES.indexOf(item.severity);
  return h(
    'li',
    {},
    h(
      'div',
      { class: 'lrow' },
      verdictIcon(v, true),
      severity >= 0 ? severityIcon(severity, true) : null,
      h(
        'span',
        { class: 't' },
        h('span', { class: 'breaks' }, item.message || item.rule_id),
        h(
          'span',
          { class: 'cap under breaks' },
          (GONE_WORDS.get(item.why) || item.why) + ' · ' + item.resource_id,
        ),
      ),
      h('span', { class: 'dim num nw acct' }, item.account),
    ),
  );
}

const DIFFERENCE_WORDS = new Map([
  ['added', 'new'],
  ['removed', 'gone'],
  ['changed', ''],
  ['unknown', 'cannot tell'],
]);

function configurationCard(changes) {
  const body = h('ul', { class: 'list' });
  const nav = pager({ items: changes, size: DIFFERENCES_SHOWN, body, row: differenceRow });
  const none = changes.length
    ? null
    : h('p', { class: 'muted' }, 'No configuration was compared, or none differs.');
  return card(
    'Configuration',
    h('div', { class: 'b' }, body, none, nav),
    h('span', { class: 'end cap' }, 'member by member'),
  );
}

function differenceRow(item) {
  const name = item.name || item.resource_id;
  const isHere = resourceNamed(item.resource_id) !== undefined;
  const title = isHere ? h('a', { href: link('resources', item.resource_id) }, name) : h('b', {}, name);
  const word = DIFFERENCE_WORDS.get(item.kind);
  const members = item.members || [];
  const left = members.length - MEMBERS_CHANGED;
  return h(
    'li',
    {},
    h(
      'div',
      { class: 'cfg' },
      h('span', { class: 'breaks' }, title),
      ' ',
      h(
        'span',
        { class: 'dim breaks' },
        [shortType(item.resource_type), item.account, item.region].filter(Boolean).join(' · '),
      ),
      word ? [' ', h('span', { class: 'tag' }, word)] : null,
      members.length ? h('div', { class: 'diff' }, members.slice(0, MEMBERS_CHANGED).map(memberLines)) : null,
      left > 0
        ? h('p', { class: 'cap' }, 'and ' + plural(left, 'member') + ' more, in the JSON report')
        : null,
    ),
  );
}

/** `/Policy/Statement/1` as `Policy.Statement[1]`. */
const memberPath = (path) =>
  (pointerParts(path) || [path])
    .map((part, i) => (/^\d+$/.test(part) ? '[' + part + ']' : (i ? '.' : '') + part))
    .join('');

const isNone = (value) => value === null || value === undefined;

/** A value that nobody read: nobody can tell whether the member changed. */
const unreadLine = (when, why) => h('div', { class: 'u hatch' }, when + ': not read, ' + why);

function memberLines({ path, before, after, before_unknown: unreadThen, after_unknown: unreadNow }) {
  const line = (className, sign_, words, value) =>
    h(
      'div',
      { class: className },
      h('span', { 'aria-hidden': 'true' }, sign_),
      h('span', { class: 'sr' }, words),
      valueText(value),
    );
  return [
    h('div', { class: 'p' }, memberPath(path)),
    unreadThen
      ? unreadLine('before', unreadThen)
      : isNone(before)
        ? null
        : line('d', '− ', 'before: ', before),
    unreadNow ? unreadLine('now', unreadNow) : isNone(after) ? null : line('a', '+ ', 'now: ', after),
  ];
}

/** What both scans looked at, and what only one did. */
function scopeCard() {
  const { accounts, regions, differences, version } = D.baseline;
  const lines = [
    ['Compared', timeWords(D.baseline.taken_at) + (version ? ', version ' + version : '')],
    ['Accounts', sameOrNot(accounts || [], D.snapshot.accounts || [])],
    ['Regions', sameOrNot(regions || [], D.snapshot.regions || [])],
    ['Resources', differenceWords(differences)],
    [
      'Gone',
      D.baseline.gone
        ? plural(D.baseline.gone, 'finding') +
          ', ' +
          plural(D.baseline.goneFails, 'fail') +
          ' among them; not counted as fixed'
        : 'nothing',
    ],
  ];
  const list = h(
    'dl',
    { class: 'kv' },
    lines.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
  );
  return card('Scope', h('div', { class: 'b' }, list));
}

function differenceWords({ added = 0, removed = 0, changed: other = 0 }) {
  const parts = [
    added && number(added) + ' new',
    removed && number(removed) + ' gone',
    other && number(other) + ' configured otherwise',
  ];
  return parts.filter(Boolean).join(', ') || 'no difference, or not compared';
}

function sameOrNot(before, now) {
  const only = (list, other) => list.filter((item) => !other.includes(item));
  const [left, added] = [only(before, now), only(now, before)];
  if (!left.length && !added.length) return 'the same: ' + (some(now, 4) || 'none told');
  return [left.length && 'only then: ' + some(left, 4), added.length && 'only now: ' + some(added, 4)]
    .filter(Boolean)
    .join('; ');
}

const RULES_SHOWN = 8;

function rulesCard() {
  const { rules_added: added, rules_removed: removed } = D.baseline;
  const line = (title, ids) =>
    ids && ids.length
      ? [
          h('dt', {}, title),
          h(
            'dd',
            {},
            ids.slice(0, RULES_SHOWN).map((id) => h('code', { class: 'under breaks' }, id)),
            ids.length > RULES_SHOWN ? 'and ' + number(ids.length - RULES_SHOWN) + ' more' : null,
          ),
        ]
      : null;
  const lines = [line('Only now', added), line('Only then', removed)].filter(Boolean);
  if (!lines.length) return null;
  return card('Rules that only one scan ran', h('div', { class: 'b' }, h('dl', { class: 'kv' }, lines)));
}
