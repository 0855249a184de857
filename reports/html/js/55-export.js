// The filtered rows as a file: CSV for a spreadsheet, JSON for a program. Evidence is in the JSON report.

const EXPORTED = [
  ['verdict', (f) => VERDICTS[verdictOf(f)]],
  ['severity', (f) => SEVERITIES[severityOf(f)]],
  ['change', (f) => changeOf(f)],
  ['message', messageOf],
  ['rule_id', (f) => ruleOf(f).id],
  ['params', bindingOf],
  ['account', accountOf],
  ['region', regionOf],
  ['resource_type', typeOf],
  ['resource_name', nameOf],
  ['resource_id', idOf],
  ['place', codePlaceOf],
  ['found', foundOf],
  ['why_unknown', whyOf],
  ['fingerprint', fingerprintOf],
];

// What a spreadsheet would take for a formula, a command or a break of the row.
const FORMULA = /^[\s'"]*[=+\-@\t\r\n|%]/;

/** A cell that cannot start a formula: https://owasp.org/www-community/attacks/CSV_Injection. */
function csvCell(value) {
  const text = visible(value);
  return '"' + (FORMULA.test(text) ? "'" : '') + text.replaceAll('"', '""') + '"';
}

function toCsv(found) {
  const lines = [EXPORTED.map(([name]) => name).join(',')];
  for (const f of found) lines.push(EXPORTED.map(([, of]) => csvCell(of(f))).join(','));
  return lines.join('\r\n') + '\r\n';
}

function toJson(found) {
  const rows = Array.from(found, (f) => Object.fromEntries(EXPORTED.map(([name, of]) => [name, of(f)])));
  return (
    JSON.stringify(
      { taken_at: D.snapshot.taken_at, filter: new URL(permalink()).hash, findings: rows },
      null,
      1,
    ) + '\n'
  );
}

/** A click anywhere else closes what was unfolded. */
function closeMenus(event) {
  for (const menu of $$('.menu[open]')) if (!menu.contains(event.target)) menu.open = false;
}

/** The button of a list and, when pressed, what the filtered rows can be saved as. */
function exportMenu(found) {
  const item = (name, action) => {
    const onclick = () => {
      menu.open = false;
      $('summary', menu).focus();
      action();
    };
    return h(
      'button',
      { class: 'btn ghost', type: 'button', onclick },
      name,
      h('span', { class: 'dim num' }, plural(found.length, 'row')),
    );
  };
  const onkeydown = (event) => {
    if (event.key !== 'Escape' || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    $('summary', menu).focus();
  };
  const menu = h(
    'details',
    { class: 'menu', onkeydown },
    h(
      'summary',
      { class: 'btn', title: 'Save the filtered rows' },
      icon('dl'),
      h('span', { class: 'words' }, 'Export'),
    ),
    h(
      'div',
      { class: 'items' },
      item('CSV', () => save('posture-findings.csv', toCsv(found), 'text/csv')),
      item('JSON', () => save('posture-findings.json', toJson(found), 'application/json')),
    ),
  );
  return menu;
}
