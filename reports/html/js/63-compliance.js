// Compliance: who answers for each requirement of a framework, and how it is known.

let compliance = null; // the block, once inflated

function loadCompliance() {
  compliance ||= inflate(blockText('compliance')).json();
  return compliance;
}

const STATE_SIGNS = {
  not_met: FAIL,
  not_seen: UNKNOWN,
  partly_seen: UNKNOWN,
  needs_attestation: UNKNOWN,
  met: PASS,
  attested: PASS,
  inherited: PASS,
  not_applicable: VERDICTS.length - 1,
};
const WHO = [
  ['customer', 'Customer', 'yours alone'],
  ['shared', 'Shared', 'AWS provides, you configure'],
  ['aws', 'AWS', 'its audits attest it'],
];
const HOW = [
  ['automated', 'Automated', 'configuration decides it'],
  ['partial', 'Partial', 'configuration shows a part'],
  ['manual', 'Manual', 'a person attests it'],
  ['inherited', 'Inherited', 'AWS attests it'],
];

let shownFramework = null; // what print puts on paper

addView({
  name: 'compliance',
  title: 'Compliance',
  short: 'Comply',
  key: 'm',
  count: () => '',
  paper: () => shownFramework && compliancePaper(shownFramework),
  draw(view) {
    current = null;
    shownFramework = null;
    const page = h('div', { class: 'page' });
    view.append(page);
    drawTop('Compliance', 'ids and our own words; the standards’ texts are not reproduced');
    loadCompliance().then((data) => {
      if (!page.isConnected) return;
      if (data.frameworks.length) drawCompliance(page, data);
      else put(page, [h('p', { class: 'head' }, 'This report holds no framework.')]);
    });
  },
});

function drawCompliance(page, data) {
  const [id, ...rest] = route.id.split('/');
  const framework = data.frameworks.find((item) => item.id === id) || data.frameworks[0];
  const chosen = {
    data,
    framework,
    who: route.query.get('m') || '',
    state: route.query.get('s') || '',
    search: route.query.get('q') || '',
    open: rest.join('/'),
  };
  shownFramework = chosen;
  drawTop('Compliance', framework.title + ' ' + framework.version, {
    placeholder: 'Search requirements',
    value: chosen.search,
    changed(text) {
      chosen.search = text;
      chosen.open = '';
      rememberCompliance(chosen);
      drawRequirements(chosen);
    },
  });
  page.replaceChildren();
  chosen.list = h('div', { class: 'vstack' });
  put(page, [
    frameworkPicker(chosen),
    complianceSentence(chosen),
    complianceMatrix(chosen),
    h('div', { class: 'cols' }, awsCard(chosen), peopleCard(chosen)),
    chosen.list,
    h('p', { class: 'note' }, framework.statement, ' ', outside(framework.url)),
  ]);
  drawRequirements(chosen);
}

const complianceLink = (chosen) => [
  'compliance',
  chosen.framework.id + (chosen.open ? '/' + chosen.open : ''),
  Object.entries({ m: chosen.who, s: chosen.state, q: chosen.search }).filter(([, value]) => value),
];

const rememberCompliance = (chosen) => rememberSoon(...complianceLink(chosen));

/** A link to a page elsewhere; what is no such address stays text. */
function outside(url) {
  return /^https:\/\/[^\s]+$/.test(url)
    ? h('a', { href: url, rel: 'noopener noreferrer', target: '_blank' }, url)
    : url;
}

function frameworkPicker({ data, framework }) {
  const options = data.frameworks.map((item) => [item.id, item.title + ' ' + item.version]);
  const go = (id) => {
    location.hash = link('compliance', id);
  };
  const printIt = h(
    'button',
    { class: 'btn', type: 'button', onclick: () => print() },
    icon('print'),
    'Print as an appendix',
  );
  return h('div', { class: 'row wrap pick' }, select('Framework', options, framework.id, go), printIt);
}

const asked = (framework) => framework.requirements.filter((one) => !one.group);

/** How many of some requirements are in each state, in the states' order. */
function stateCounts(data, requirements) {
  const counts = data.states.map(() => 0);
  for (const one of requirements) counts[one.state]++;
  return counts;
}

const stateWords = (data, counts) =>
  counts
    .map((n, state) => (n ? number(n) + ' ' + lowerFirst(data.states[state][2]) : ''))
    .filter(Boolean)
    .join(', ');
const lowerFirst = (text) => text.slice(0, 1).toLowerCase() + text.slice(1);

function complianceSentence({ data, framework }) {
  const all = asked(framework);
  const counts = stateCounts(data, all);
  const of = (...names) =>
    data.states.reduce((sum, [name], state) => sum + (names.includes(name) ? counts[state] : 0), 0);
  const known = of('met', 'attested', 'inherited');
  const failing = of('not_met');
  const open = of('not_seen', 'partly_seen', 'needs_attestation');
  const nothing = of('not_applicable');
  return h(
    'p',
    { class: 'head' },
    number(known) + ' of ' + plural(all.length, 'requirement') + ' are met, attested or inherited. ',
    failing
      ? h('span', { class: 's1' }, plural(failing, 'is', 'are') + ' not met. ')
      : 'None is known not to be met. ',
    open ? h('span', { class: 'u' }, plural(open, 'has', 'have') + ' no full answer yet. ') : null,
    nothing ? plural(nothing, 'has', 'have') + ' nothing to judge.' : null,
  );
}

/** States as a bar in the verdicts' order and patterns. */
function stateBar(data, counts, className) {
  const verdicts = VERDICTS.map(() => 0);
  counts.forEach((n, state) => {
    verdicts[STATE_SIGNS[data.states[state][0]]] += n;
  });
  return verdictBar(verdicts, className);
}

function complianceMatrix(chosen) {
  const heads = HOW.map(([, name, words]) =>
    h('span', { class: 'h' }, h('b', {}, name), h('span', { class: 'long' }, words)),
  );
  const rows = WHO.map(([who, name, words]) => [
    h('span', { class: 'h rh' }, h('b', {}, name), words),
    HOW.map(([how, title]) => matrixCell(chosen, who + '.' + how, name + ', ' + title)),
  ]);
  return h(
    'div',
    { class: 'mx', role: 'group', 'aria-label': 'Who answers, and how it is assessed' },
    h('span', { class: 'corner' }),
    heads,
    rows,
  );
}

const cellOf = (one) => one.responsibility + '.' + one.assessment;

function matrixCell(chosen, key, label) {
  const { data, framework } = chosen;
  const found = asked(framework).filter((one) => cellOf(one) === key);
  if (!found.length) return h('span', { class: 'cellm nil' }, 'none');
  const counts = stateCounts(data, found);
  const pressed = () => {
    chosen.who = chosen.who === key ? '' : key;
    chosen.open = '';
    for (const cell of $$('.cellm[data-k]'))
      cell.setAttribute('aria-pressed', String(cell.dataset.k === chosen.who));
    rememberCompliance(chosen);
    drawRequirements(chosen);
  };
  return h(
    'button',
    {
      class: 'cellm',
      type: 'button',
      'data-k': key,
      'aria-pressed': String(chosen.who === key),
      onclick: pressed,
    },
    h('span', { class: 'sr' }, label + ': '),
    h(
      'span',
      { class: 'row' },
      h('b', { class: 'num' }, number(found.length)),
      h('span', { class: 'only-p dim', 'aria-hidden': 'true' }, lowerFirst(howName(key.split('.')[1]))),
    ),
    stateBar(data, counts, 'hbar'),
    h('span', { class: 'cap' }, stateWords(data, counts)),
  );
}

const standingWords = (one) =>
  one.standing === 'valid' ? 'until ' + one.until : one.standing + ' (' + one.on + ' to ' + one.until + ')';

/** Who said it, until when, and where the proof is. */
function saidRow(one, what) {
  const isValid = one.standing === 'valid';
  return h(
    'li',
    {},
    h(
      'div',
      { class: 'lrow' },
      verdictIcon(isValid ? PASS : UNKNOWN),
      h(
        'span',
        { class: 't' },
        what ? [h('b', {}, what), ' '] : null,
        one.by + ', ',
        h('span', { class: isValid ? '' : 'v-unknown' }, standingWords(one)),
        one.says === 'not_applicable' ? ': does not apply' : null,
        one.accounts ? ', for ' + some(one.accounts, 3) : null,
        h(
          'span',
          { class: 'cap under breaks' },
          [one.statement, one.statement && ' '].filter(Boolean),
          outside(one.evidence),
        ),
      ),
    ),
  );
}

function awsCard({ framework }) {
  const rows = framework.aws.map((item) => {
    const covers = asked(framework).filter((one) => (one.attested_by || []).includes(item.key)).length;
    const missing = h(
      'li',
      {},
      h(
        'div',
        { class: 'lrow' },
        verdictIcon(UNKNOWN),
        h('span', { class: 't muted' }, 'No entry says that it is on file.'),
      ),
    );
    return h(
      'li',
      {},
      h('p', {}, h('b', {}, item.title), h('span', { class: 'dim' }, ' covers a part of ' + number(covers))),
      h('p', { class: 'cap' }, item.where),
      h('ul', { class: 'list' }, item.got.length ? item.got.map((one) => saidRow(one)) : missing),
    );
  });
  const body = rows.length
    ? h('ul', { class: 'said' }, rows)
    : h('p', { class: 'muted' }, 'The framework asks for nothing that AWS answers for.');
  return card('What AWS answers by', h('div', { class: 'b' }, body), null, 'c6 w12');
}

const SAID_SHOWN = 6;

function peopleCard({ framework }) {
  const seen = new Map();
  for (const one of framework.requirements)
    for (const item of one.attested || []) seen.set(JSON.stringify(item), item);
  const items = [...seen.values()].sort((a, b) => (a.standing === 'valid') - (b.standing === 'valid'));
  const body = h('ul', { class: 'list' });
  const nav = pager({ items, size: SAID_SHOWN, body, row: (one) => saidRow(one, one.requirement) });
  const none = h(
    'p',
    { class: 'muted' },
    'Nobody attests anything. Entries come from ',
    h('code', {}, '--attestations FILE'),
    '.',
  );
  return card(
    'What people attest',
    h('div', { class: 'b' }, items.length ? body : none, nav),
    h('span', { class: 'end dim num' }, number(items.length)),
    'c6 w12',
  );
}
