// Critical and high failures by account and service, on the overview.

const HEAT_CELLS = 60;
const HEAT_SERVICES = 10;
const HEAT_NARROW = 4; // services that fit into the narrow column
const HEAT_NARROW_ROWS = 8;

const servicesShown = () => distinct(D.rules.map((rule) => rule.service)).slice(0, HEAT_SERVICES);

function heatCard() {
  if (!D.accounts.length) return null; // code that tells no account
  const services = servicesShown();
  const isShort = services.length <= HEAT_NARROW;
  const rows = isShort ? HEAT_NARROW_ROWS : Math.floor(HEAT_CELLS / services.length);
  const cells = heatCells();
  const worst = (account) =>
    services.reduce((sum, service) => sum + heatWeight(cells.get(account + '\n' + service)), 0);
  const accounts = textsOf(D.resources.account).sort((a, b) => worst(b) - worst(a) || (a < b ? -1 : 1));
  const shown = accounts.slice(0, rows);
  if (!shown.length) return null;
  const row = (account) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row', class: 'num' }, accountName(account)),
      services.map((service) => h('td', {}, heatCell(account, service, cells.get(account + '\n' + service)))),
    );
  const table = h(
    'table',
    { class: 'heat' },
    h('caption', { class: 'sr' }, 'Open critical and high failures by account and service'),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('td', {}),
        services.map((service) => h('th', { scope: 'col' }, serviceName(service))),
      ),
    ),
    h('tbody', {}, shown.map(row)),
  );
  const left = accounts.length - shown.length;
  const end =
    (left ? 'the worst ' + shown.length + ' of ' + plural(accounts.length, 'account') + ' · ' : '') +
    'hatched edge: not fully seen';
  return card(
    'Critical and high, by account and service',
    h('div', { class: 'b heatw', tabindex: '0' }, table),
    h('span', { class: 'end dim' }, end),
    isShort ? '' : 'c12',
  );
}

function heatCells() {
  const cells = new Map();
  for (let f = 0; f < D.count; f++) {
    const key = accountOf(f) + '\n' + ruleOf(f).service;
    if (!cells.has(key)) cells.set(key, { critical: 0, high: 0, unknown: 0, all: 0 });
    const cell = cells.get(key);
    cell.all++;
    if (verdictOf(f) === UNKNOWN) cell.unknown++;
    if (verdictOf(f) === FAIL && severityOf(f) === 0) cell.critical++;
    if (verdictOf(f) === FAIL && severityOf(f) === 1) cell.high++;
  }
  return cells;
}

const heatWeight = (cell) => (cell ? cell.critical * 1000 + cell.high * 10 + (cell.unknown ? 1 : 0) : 0);

function heatCell(account, service, cell) {
  if (!cell) return h('span', { class: 'nil' }, 'not judged');
  const isClear = !cell.critical && !cell.high;
  const query = new URLSearchParams([
    ['v', 'fail'],
    ['s', 'critical'],
    ['s', 'high'],
    ['a', account],
    ['svc', service],
  ]);
  const part = (n, i) =>
    n
      ? h(
          'span',
          { class: 's' + i },
          severityIcon(i),
          number(n),
          h('span', { class: 'sr' }, ' ' + SEVERITIES[i]),
        )
      : null;
  const onlyUnknown = cell.unknown === cell.all;
  return h(
    'a',
    {
      href:
        isClear && cell.unknown
          ? findingsLink({ v: 'unknown', a: account, svc: service })
          : findingsLink(query),
      class: (isClear ? 'ok' : '') + (cell.unknown ? ' u' : ''),
    },
    part(cell.critical, 0),
    part(cell.high, 1),
    isClear ? (onlyUnknown ? 'not known' : 'none') : null,
    cell.unknown ? h('span', { class: 'q hatch' }, h('span', { class: 'sr' }, ', not fully seen')) : null,
  );
}
