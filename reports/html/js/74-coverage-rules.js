// Rules by service with their verdicts, permissions to add, why verdicts are unknown, what was left out.

const SERVICES_SHOWN = 12;

function rulesSection() {
  const services = new Map();
  const at = (service) => {
    if (!services.has(service)) services.set(service, { rules: 0, counts: VERDICTS.map(() => 0) });
    return services.get(service);
  };
  for (const rule of D.rules) {
    const entry = at(rule.service);
    entry.rules++;
    entry.counts[4] += rule.notApplicable;
  }
  for (let f = 0; f < D.count; f++) at(ruleOf(f).service).counts[verdictOf(f)]++;
  if (!services.size) return null;
  const heads = ['Service', 'Rules', '', ...VERDICT_NAMES];
  const head = h(
    'thead',
    {},
    h(
      'tr',
      {},
      heads.map((name, i) =>
        h(
          'th',
          { scope: 'col', class: i > 2 || i === 1 ? 'n' : '' },
          name || h('span', { class: 'sr' }, 'Share'),
        ),
      ),
    ),
  );
  const body = h('tbody', {});
  const items = [...services].sort((a, b) => (a[0] < b[0] ? -1 : 1));
  const nav = pager({
    items,
    size: SERVICES_SHOWN,
    body,
    row: ([service, entry]) => serviceRow(service, entry),
  });
  return h(
    'section',
    {},
    h('h2', { class: 'mb' }, 'Rules by service'),
    h(
      'div',
      { class: 'tw', tabindex: '0', role: 'region', 'aria-label': 'Rules by service' },
      h('table', { class: 't services' }, head, body),
    ),
    nav,
  );
}

function serviceRow(service, { rules, counts }) {
  const cell = (n, v) => {
    if (!n) return h('span', { class: 'dim' }, '0');
    return v === 4 ? number(n) : h('a', { href: findingsLink({ v: VERDICTS[v], svc: service }) }, number(n));
  };
  return h(
    'tr',
    {},
    h('td', {}, serviceName(service)),
    h('td', { class: 'n num' }, number(rules)),
    h('td', { class: 'bar' }, verdictBar(counts, 'hbar')),
    counts.map((n, v) => h('td', { class: 'n num' }, cell(n, v))),
  );
}

function permissionsCard() {
  const actions = distinct(D.gaps.filter((gap) => gap.reason === 'denied').map((gap) => gap.permission));
  if (!actions.length) return null;
  const statement = { Sid: 'PostureReadMissing', Effect: 'Allow', Action: actions, Resource: '*' };
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 2);
  const note =
    'What the denied calls need. All of it only reads. Explicit denies in service control or resource policies have to be lifted where they are set.';
  const body = h('div', { class: 'b' }, h('p', { class: 'muted mb' }, note), plainCode(policy));
  return card(
    'Permissions to add',
    body,
    h(
      'span',
      { class: 'end' },
      copyButton(() => policy, 'Policy'),
    ),
    'c6 w12',
  );
}

function reasonsCard() {
  const rows = reasonRows();
  if (!rows.length) return null;
  return card(
    'Why verdicts are unknown',
    h('div', { class: 'b' }, h('ul', { class: 'list' }, rows)),
    null,
    'c6 w12',
  );
}

const CHOICES_SHOWN = 20;

function choiceCard() {
  const gaps = D.gaps.filter((gap) => gap.reason === 'not_collected');
  const errors = (D.coverage.ruleErrors || []).slice(0, CHOICES_SHOWN);
  if (!gaps.length && !errors.length) return null;
  const row = (title, text) =>
    h(
      'li',
      {},
      h(
        'div',
        { class: 'lrow' },
        h('span', { class: 't' }, title, h('span', { class: 'cap under breaks' }, text)),
      ),
    );
  const rows = gaps
    .slice(0, CHOICES_SHOWN)
    .map((gap) => row(gapName(gap), [gap.account, gap.message].filter(Boolean).join(' · ')));
  const left = gaps.length - rows.length;
  const choice = gaps.length
    ? card(
        'Left out by choice',
        h(
          'div',
          { class: 'b' },
          h('ul', { class: 'list' }, rows),
          left > 0 ? h('p', { class: 'note' }, 'and ' + number(left) + ' more') : null,
        ),
        h('span', { class: 'end dim' }, plural(gaps.length, 'entry', 'entries')),
        'c6 w12',
      )
    : null;
  const failed = errors.length
    ? card(
        'Rules that failed',
        h(
          'div',
          { class: 'b' },
          h(
            'ul',
            { class: 'list' },
            errors.map((error) =>
              row(
                h('code', {}, error.rule || ''),
                [error.resource, error.message].filter(Boolean).join(': '),
              ),
            ),
          ),
        ),
        null,
        'c6 w12',
      )
    : null;
  return [choice, failed];
}
