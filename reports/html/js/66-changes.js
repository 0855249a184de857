// Changes: what is new, fixed, not assessed or gone since the earlier report.

addView({
  name: 'changes',
  title: 'Changes',
  key: 'c',
  count: () => (D.baseline && changeCounts().new ? number(changeCounts().new) + ' new' : ''),
  draw(view) {
    current = null;
    const page = h('div', { class: 'page' });
    view.append(page);
    if (!D.baseline) {
      drawTop('Changes', '');
      put(page, [h('p', { class: 'head' }, 'No earlier scan to compare with.'), noBaseline()]);
      return;
    }
    drawTop('Changes', timeWords(D.baseline.taken_at) + ' to ' + takenAt());
    const left = h('div', { class: 'c7 w12 vstack' }, changeLists());
    const right = h('div', { class: 'c5 w12 vstack' });
    put(page, [changesSentence(), changeFacts(), h('div', { class: 'cols' }, left, right)]);
    drawDifferences(left, right);
  },
});

const noBaseline = () =>
  h(
    'p',
    { class: 'muted' },
    'Keep this scan’s JSON report and give it to the next one: ',
    h('code', {}, 'posture scan --baseline report.json'),
    '.',
  );

function changesSentence() {
  const { new: fresh, reopened, fixed, not_assessed: lost } = changeCounts();
  const since = ' since ' + dayWords(D.baseline.taken_at);
  const isQuiet = !fresh && !reopened && !fixed;
  const again = reopened ? ', ' + number(reopened) + ' reopened' : '';
  const words = isQuiet
    ? 'Nothing is new and nothing was fixed' + since + '. '
    : plural(fresh, 'finding is new', 'findings are new') +
      again +
      ' and ' +
      (fixed ? number(fixed) : 'none') +
      ' fixed' +
      since +
      '. ';
  const unseen = lost
    ? h('span', { class: 'u' }, plural(lost, 'that failed has', 'that failed have') + ' no verdict now.')
    : null;
  return h('p', { class: 'head' }, words, unseen);
}

/** Name, what it means, and the findings of it. */
function changeKinds() {
  const severities = Object.keys(D.baseline.severities).map(Number);
  return [
    ['new', 'New', 'Fails now; did not fail or was not there.', changed('new')],
    ['reopened', 'Reopened', 'Was fixed, and fails again.', changed('reopened')],
    ['severity', 'Severity changed', 'Fails as before, but counts otherwise.', severities],
    ['fixed', 'Fixed', 'Failed; was read and passes now.', changed('fixed')],
    [
      'not_assessed',
      'Not assessed',
      'Failed; is unknown now, so it is not counted as fixed.',
      changed('not_assessed'),
    ],
  ].filter(([name, , , found]) => name !== 'severity' || found.length);
}

function changeFacts() {
  const facts = changeKinds().map(([name, title, , found]) => [name, title, found.length]);
  facts.push(['gone', 'Gone', D.baseline.gone]);
  return h(
    'div',
    { class: 'facts' },
    facts.map(([name, title, count]) =>
      h(
        'div',
        {},
        h(
          'a',
          { href: link('changes', name) },
          h('b', { class: 'num' }, number(count)),
          h('span', {}, title),
        ),
      ),
    ),
  );
}

const CHANGES_SHOWN = 12;

const changeLists = () =>
  changeKinds().map(([name, title, meaning, items]) => {
    const body = h('ul', { class: 'list' });
    const nav = pager({ items, size: CHANGES_SHOWN, body, row: changeRow });
    const all =
      items.length > CHANGES_SHOWN
        ? h('a', { href: findingsLink({ v: 'all', c: name }) }, 'In the list of findings')
        : null;
    const none = items.length ? null : h('p', { class: 'muted' }, 'None.');
    return changeCard(name, title, items.length, meaning, [
      body,
      none,
      h('div', { class: 'row' }, nav, all && name !== 'severity' ? all : null),
    ]);
  });

function changeCard(name, title, count, meaning, body) {
  const head = [h('span', { class: 'dim num' }, number(count)), h('span', { class: 'end cap' }, meaning)];
  const made = card(title, h('div', { class: 'b' }, body), head);
  made.id = 'ch-' + name;
  return made;
}

function changeRow(f) {
  const isFail = verdictOf(f) === FAIL || verdictOf(f) === WAIVED;
  const was = D.baseline.severities[f];
  return h(
    'li',
    {},
    h(
      'a',
      { class: 'lrow', href: findingLink(f, { v: 'all', c: changeOf(f) }) },
      verdictIcon(verdictOf(f), true),
      severityIcon(severityOf(f), true),
      h('span', { class: 't trunc', title: messageOf(f) }, isFail ? messageOf(f) : ruleOf(f).title),
      was === undefined ? null : h('span', { class: 'dim nw' }, 'was ' + SEVERITIES[was]),
      isFail ? null : h('span', { class: 'dim trunc side' }, nameOf(f)),
      h('span', { class: 'dim num nw acct' }, accountOf(f)),
    ),
  );
}
