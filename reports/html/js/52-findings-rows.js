// Rows of the list of findings.

function listHead() {
  const cell = (className, text) => h('span', { class: className }, text);
  return h(
    'div',
    { class: 'vr f vh', 'aria-hidden': 'true' },
    cell(''),
    cell(''),
    cell('', 'Finding'),
    cell('x hid2', 'Found'),
    D.isCode ? cell('x hid1', 'Defined in') : [cell('x hid1', 'Account'), cell('x hid1', 'Region')],
    D.baseline ? cell('chg') : null,
  );
}

function groupRow(item, group) {
  const { f } = item;
  const whole = item.counts.reduce((sum, n) => sum + n, 0);
  const [sign, name, rest] = {
    rule: () => [severityIcon(severityOf(f), true), ruleOf(f).title, ruleOf(f).id],
    resource: () => [icon('resources'), nameOf(f), shortType(typeOf(f))],
    account: () => [icon('account'), accountName(accountOf(f)), ''],
  }[group]();
  return h(
    'div',
    { class: 'vr g', 'aria-expanded': String(item.isOpen) },
    icon('chev', 'chev'),
    sign,
    h('span', { class: 'trunc', title: name }, name, ' ', h('span', { class: 'rid mono' }, rest)),
    verdictBar(item.counts, 'mini'),
    h(
      'span',
      { class: 'num dim' },
      h('b', {}, number(item.size)),
      whole > item.size ? ' of ' + number(whole) : '',
    ),
  );
}

function findingRow(item, group) {
  const { f } = item;
  const text = rowText(f, group);
  const binding = bindingOf(f);
  const place = isNarrow() ? nameOf(f) + ' · ' + (placeOf(f) || shortType(typeOf(f))) : foundCell(f);
  return h(
    'div',
    { class: 'vr f' + (item.level ? ' ing' : '') },
    verdictIcon(verdictOf(f), true),
    severityIcon(severityOf(f), true),
    h(
      'span',
      { class: 'trunc m', title: text },
      binding ? h('span', { class: 'dim' }, binding + ' · ') : null,
      text,
    ),
    h('span', { class: 'trunc x hid2' }, place),
    D.isCode ? codeCell(f) : liveCells(f),
    D.baseline ? h('span', { class: 'chg' }, changeTag(f)) : null,
  );
}

const codeCell = (f) => h('code', { class: 'trunc x hid1', title: codePlaceOf(f) }, codePlaceOf(f));

const liveCells = (f) => [
  h('span', { class: 'trunc x hid1 num' }, accountOf(f)),
  h('span', { class: 'trunc x hid1' }, regionOf(f)),
];

/** A pass says its resource, for its rule is the group's; by resource it says the rule. */
function rowText(f, group) {
  if (verdictOf(f) !== PASS) return messageOf(f);
  return group === 'resource' ? ruleOf(f).title : nameOf(f) + ': as expected';
}

function foundCell(f) {
  return verdictOf(f) === UNKNOWN ? h('span', { class: 'v-unknown' }, 'not read') : h('code', {}, foundOf(f));
}
